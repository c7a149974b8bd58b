/** @file Reading on threads, in processes of their own: a test runner cannot load TypeScript in threads. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import sharp from "sharp";
import tar from "tar-stream";
import { receiveError, sendError } from "../src/workers/sentError.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-threads-"));
  const members: Record<string, Uint8Array> = {};
  const pack = tar.pack();
  for (let index = 0; index < 23; index++) {
    const name = `set/${index % 2 === 0 ? "a" : "b"}/${index}.jpg`;
    members[name] = await photograph(index);
    pack.entry({ name }, Buffer.from(members[name]));
    await put(`good/${name}`, members[name]);
  }
  pack.finalize();
  await writeFile(join(directory, "good.tar"), await buffer(pack));
  await writeFile(join(directory, "good.zip"), zipSync(members));
  await put("broken/set/a/cut.jpg", (await photograph(1)).subarray(0, 600));
  await put("broken/set/a/text.jpg", Buffer.from("no image"));
  await symlink(join(directory, "gone"), join(directory, "broken/set/a/gone.jpg"));
});
afterAll(() => rm(directory, { recursive: true }));

function photograph(seed: number): Promise<Buffer> {
  const [width, height] = [30 + seed, 25];
  const length = width * height * 3;
  const bytes = Uint8Array.from({ length }, (_, index) => (index * (seed + 7)) % 251);
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
}

async function put(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

async function readImages(mode: string): Promise<string> {
  const script = fileURLToPath(new URL("./children/readImages.ts", import.meta.url));
  const cwd = fileURLToPath(new URL("../../..", import.meta.url)); // where tsx is installed
  const flags = ["--conditions=@apr-kit/source", "--import", "tsx"];
  const args = [...flags, script, directory, mode];
  return (await promisify(execFile)(process.execPath, args, { cwd, timeout: 50_000 })).stdout;
}

describe("image files read on threads", () => {
  test("give the bytes, order and errors of the calling thread; the threads end when idle", async () => {
    const { here, beside, again, ...threads } = JSON.parse(await readImages("compare"));
    expect(beside).toEqual(here);
    const [folder, tarred, zipped] = here.digests;
    expect([tarred, zipped, again]).toEqual([folder, folder, folder]);
    expect(here.errors).toMatchObject([
      {
        kind: "SetupError",
        code: "SETUP",
        cause: { kind: "ValueError", cause: { kind: "Error" } },
      },
      {
        kind: "SetupError",
        message: expect.stringContaining("a/gone.jpg"),
        cause: { code: "ENOENT" },
      },
      {
        kind: "SetupError",
        message: expect.stringContaining("a/text.jpg cannot be used (expected a whole"),
      },
    ]);
    expect(threads).toMatchObject({ startedHere: 0, ended: true });
    expect(threads.started).toBeGreaterThanOrEqual(4);
  }, 60_000);

  test("hold up no process that leaves its loop", async () => {
    expect(await readImages("abandon")).toBe("2");
  }, 60_000);
});

describe("sendError() and receiveError()", () => {
  test("keep class, message, stack, fields and causes across threads", () => {
    const system = Object.assign(new Error("ENOENT: gone"), { code: "ENOENT", errno: -2 });
    const value = new ValueError("decodeImage", {
      expected: "a file",
      actual: "none",
      cause: system,
    });
    const errors: Error[] = [
      system,
      new ShapeError("fft2", { expected: "rank 4", actual: "[3]" }),
      new SetupError("datasets", "no file", "place one", { cause: value }),
      new RangeError("beyond"),
    ];
    for (const error of errors) {
      const received = receiveError(structuredClone(sendError(error)));
      expect(received).toBeInstanceOf(error.constructor);
      expect(received).toEqual(error);
      expect({ ...received }).toEqual({ ...error });
      expect([received.name, received.stack]).toEqual([error.name, error.stack]);
      expect(received.cause).toEqual(error.cause);
    }
    expect(receiveError(sendError("text")).message).toBe("text");
  });
});
