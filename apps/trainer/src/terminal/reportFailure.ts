import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";
import { CliError } from "./cliError.ts";

/**
 * Prints why a command failed and returns the exit code.
 *
 * What the user can mend is one line; anything else is a defect of ours and keeps its stack.
 */
export function reportFailure(
  error: unknown,
  stream: NodeJS.WritableStream = process.stderr,
): number {
  if (error instanceof CliError) {
    stream.write(`apr: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof SetupError || error instanceof ShapeError || error instanceof ValueError) {
    stream.write(`apr: ${error.message}\n`);
    return 1;
  }
  stream.write(`apr: internal: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 70;
}
