import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { tarball } from "../../test/smallDataset.ts";
import { tarMembers } from "./tarMembers.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apr-tar-"));
});
afterAll(() => rm(folder, { recursive: true }));

const wanted = new Map([["a", 300]]);
const content = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7) % 251));

async function read(archive: Buffer): Promise<Record<string, Uint8Array>> {
  const file = join(folder, "x.tgz");
  await writeFile(file, archive);
  const found: Record<string, Uint8Array> = {};
  for await (const [path, bytes] of tarMembers(file, wanted)) found[path] = bytes;
  return found;
}

test("wanted members are read and others skipped, whatever their paths", async () => {
  const archive = await tarball([
    ["../../etc/passwd", Buffer.from("x")],
    ["a", content],
    ["b", Buffer.alloc(5000)],
  ]);
  expect(await read(archive)).toEqual({ a: new Uint8Array(content) });
});

test("a missing member is named", async () => {
  await expect(read(await tarball([["b", content]]))).rejects.toThrow("it lacks a");
});

test("a member beyond its limit is refused before it is read", async () => {
  await expect(read(await tarball([["a", Buffer.alloc(10_000_000)]]))).rejects.toThrow(
    "10000000 for at most 300 bytes",
  );
});

test("a file that is no archive is refused", async () => {
  await expect(read(Buffer.from("<html>"))).rejects.toThrow(/x\.tgz cannot be read \(.*header/);
});

test("a damaged archive ends in a SetupError or in the right bytes", async () => {
  const archive = await tarball([["a", content]]);
  const damage = fc.record({
    length: fc.nat(archive.length),
    at: fc.nat(archive.length - 1),
    bits: fc.nat(255),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ length, at, bits }) => {
      const bytes = Buffer.from(archive.subarray(0, length));
      if (at < length) bytes[at] = (bytes[at] as number) ^ bits;
      const result = await read(bytes).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(SetupError);
      else expect(result).toEqual({ a: new Uint8Array(content) });
    }),
    { numRuns: 50 },
  );
});
