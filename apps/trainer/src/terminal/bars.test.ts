import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { createBars } from "./bars.ts";

test("createBars on a pipe prints the first and the last report of a task, in plain lines", () => {
  const stream = new PassThrough();
  const { onProgress, say } = createBars(stream as never);
  for (let done = 1; done <= 100; done++)
    onProgress({ task: "training", done, total: 100, unit: "steps" });
  say("ready");
  onProgress({ task: "fetching", done: 3 * 2 ** 20, unit: "bytes", note: "mirror 2" });
  expect(stream.read().toString()).toBe(
    "  training 1/100 steps, ETA 0 s\n  training 100/100 steps\nready\n  fetching 3 MiB mirror 2\n",
  );
});
