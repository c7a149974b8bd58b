import { createProgram } from "./cli/createProgram.ts";
import { reportFailure } from "./cli/reportFailure.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
