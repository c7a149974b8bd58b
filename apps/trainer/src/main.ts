import { createProgram } from "./program.ts";
import { reportFailure } from "./terminal/reportFailure.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
