import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";

/** Prints why the command failed and returns its exit code; what the user can mend is one line. */
export function reportFailure(
  error: unknown,
  stream: NodeJS.WritableStream = process.stderr,
): number {
  const isKnown =
    error instanceof SetupError || error instanceof ShapeError || error instanceof ValueError;
  const text = isKnown ? error.message : error instanceof Error ? error.stack : String(error);
  const prefix = "fourier-heatmap: ";
  stream.write(`${text?.startsWith(prefix) ? "" : prefix}${text}\n`);
  return isKnown ? 1 : 70;
}
