import { PassThrough } from "node:stream";
import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";
import { expect, test } from "@jest/globals";
import { CliError } from "./cliError.ts";
import { reportFailure } from "./reportFailure.ts";

function report(error: unknown): [code: number, text: string] {
  const stream = new PassThrough();
  const code = reportFailure(error, stream);
  return [code, stream.read().toString()];
}

test("reportFailure prints what the user can mend as one line", () => {
  expect(report(new CliError("USAGE", "no"))).toEqual([2, "apr: no\n"]);
  expect(report(new SetupError("engine", "no pip", "install it"))).toEqual([
    1,
    "apr: engine: no pip; install it\n",
  ]);
  expect(report(new ValueError("f", { expected: "x", actual: "y" }))).toEqual([
    1,
    "apr: f: expected x, got y\n",
  ]);
  expect(report(new ShapeError("f", { expected: "x", actual: "y" }))[0]).toBe(1);
});

test("reportFailure keeps the stack of a defect", () => {
  const [code, text] = report(new RangeError("boom"));
  expect(code).toBe(70);
  expect(text).toMatch(/^apr: internal: RangeError: boom\n\s+at /);
});
