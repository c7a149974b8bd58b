import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeNpy } from "@apr-kit/formats";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { hashOf, serve, tarball } from "../../test/smallDataset.ts";
import { cifarCEntry } from "./cifarCEntry.ts";
import { type CifarCManifest, cifar10CManifest, cifar100CManifest } from "./cifarCManifest.ts";

const IMAGES = 3;
const labels = Uint8Array.from({ length: 5 * IMAGES }, (_, i) => [4, 0, 9][i % IMAGES] as number);
const pixels = (first: number) =>
  Uint8Array.from({ length: 5 * IMAGES * 12 }, (_, i) => (i + first) % 256);
const files: Readonly<Record<string, Buffer>> = {
  fog: Buffer.from(writeNpy(pixels(0), [5 * IMAGES, 2, 2, 3])),
  snow: Buffer.from(writeNpy(pixels(7), [5 * IMAGES, 2, 2, 3])),
  labels: Buffer.from(writeNpy(labels, [5 * IMAGES])),
};

let cache: string;
let close = () => {};
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "apr-cifar-c-"));
});
afterEach(async () => {
  close();
  close = () => {};
  await rm(cache, { recursive: true });
});

/** CIFAR-10-C with two corruptions of three images, on a server. */
async function small(archive?: Buffer): Promise<CifarCManifest> {
  const bytes = archive ?? (await tarOf(files));
  const server = await serve(() => bytes);
  close = server.close;
  const sums = Object.entries(files).map(([name, file]) => [name, hashOf("md5", file)]);
  return {
    ...cifar10CManifest,
    md5: Object.fromEntries(sums),
    archive: {
      urls: [server.url],
      file: "CIFAR-10-C.tar",
      size: bytes.length,
      sha256: hashOf("sha256", bytes),
    },
  };
}

async function tarOf(contents: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const members = Object.entries(contents).map(
    ([name, bytes]) => [`CIFAR-10-C/${name}.npy`, bytes] as const,
  );
  return gunzipSync(await tarball([["CIFAR-10-C/readme.txt", Buffer.from("?")], ...members]));
}

async function extracted(): Promise<string> {
  const directory = join(cache, "mine");
  await mkdir(directory);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(directory, `${name}.npy`), bytes);
  }
  return directory;
}

const cell = { corruption: "snow", severity: 2 } as const;

describe("a corrupted set by its name", () => {
  test.each([cifar10CManifest, cifar100CManifest])("knows 19 corruptions and labels", ({ md5 }) => {
    expect(Object.keys(md5)).toHaveLength(20);
    for (const sum of Object.values(md5)) expect(sum).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is downloaded, extracted and checked; the archive is not kept", async () => {
    const entry = cifarCEntry(await small());
    expect((await entry.check({ cache })).state).toBe("absent");
    expect(await entry.get({ cache })).toEqual({
      name: "cifar10-c",
      place: join(cache, "datasets/cifar10-c"),
      detail: "3 files",
    });
    close();
    const { test: held, source } = await entry.load({ cache, cell });
    expect(source).toBe(join(cache, "datasets/cifar10-c"));
    expect((await held?.read([0, 1, 2]))?.images.data).toEqual(pixels(7).slice(36, 72));
    expect([...(held?.labels ?? [])]).toEqual([4, 0, 9]);
    expect(await entry.check({ cache })).toMatchObject({
      state: "intact",
      detail:
        "CIFAR-10-C, 3 files: the published files; labels not compared, as cifar10 is not in the cache",
    });
    await expect(access(join(cache, "downloads/CIFAR-10-C.tar"))).rejects.toThrow("ENOENT");
  });

  test("needs to be told which corruption and severity", async () => {
    const entry = cifarCEntry(await small());
    await expect(entry.load({ cache })).rejects.toThrow(
      "load: expected cell, a corruption and a severity, for cifar10-c, got undefined",
    );
  });

  test("an archive with another file, or without one, is refused, and nothing stays", async () => {
    const changed = { ...files, fog: files.snow as Buffer };
    const entry = cifarCEntry(await small(await tarOf(changed)));
    await expect(entry.get({ cache })).rejects.toThrow(
      /CIFAR-10-C\/fog\.npy in CIFAR-10-C\.tar has a wrong md5 checksum; delete .* and run again/,
    );
    await expect(access(join(cache, "datasets/cifar10-c"))).rejects.toThrow("ENOENT");
    close();
    await rm(join(cache, "downloads"), { recursive: true });
    const { fog: _, ...fewer } = files;
    const lacking = cifarCEntry(await small(await tarOf(fewer)));
    await expect(lacking.get({ cache })).rejects.toThrow("CIFAR-10-C.tar lacks fog");
  });

  test("in the user's folder, every file is hashed and the labels are compared", async () => {
    const entry = cifarCEntry(await small());
    const directory = await extracted();
    const clean = join(cache, "datasets/cifar10");
    await mkdir(clean, { recursive: true });
    await writeFile(join(clean, "test.labels.u8"), Buffer.of(4, 0, 9));
    expect(await entry.check({ cache, directory })).toMatchObject({
      state: "intact",
      detail:
        "CIFAR-10-C, 3 files: the published files; its labels are those of the test set of CIFAR-10",
    });
    await writeFile(join(clean, "test.labels.u8"), Buffer.of(4, 0, 8));
    expect((await entry.check({ cache, directory })).detail).toBe(
      "labels.npy does not hold the labels of the test set of CIFAR-10",
    );
    await writeFile(join(directory, "fog.npy"), "x");
    await rm(join(directory, "snow.npy"));
    const { state, detail } = await entry.check({ cache, directory });
    expect(state).toBe("damaged");
    expect(detail).toMatch(
      /fog\.npy has a wrong md5 checksum, 9dd4e461268c… for .*; snow\.npy is missing/,
    );
  });

  test("that was regenerated here is held against its own sums, and says so wherever it is used", async () => {
    const entry = cifarCEntry(await small());
    const directory = await extracted();
    const sums = { "fog.npy": hashOf("sha256", files.fog as Buffer) };
    const write = (contents: object) =>
      writeFile(join(directory, "regenerated.json"), JSON.stringify(contents));
    await write({ notice: "Regenerated", settings: { seed: 5 }, files: sums });
    const label = "regenerated by apr-kit (seed 5), not the official set";
    expect((await entry.load({ directory, cell })).source).toBe(`${label}, from ${directory}`);
    expect(await entry.check({ cache, directory })).toMatchObject({ state: "intact" });
    expect((await entry.check({ cache, directory })).detail).toContain(label);
    await mkdir(join(cache, "datasets/cifar10"), { recursive: true });
    const clean = join(cache, "datasets/cifar10/test.labels.u8");
    await writeFile(clean, Buffer.of(4, 0, 9, 1)); // the set is of the first three images
    expect((await entry.check({ cache, directory })).detail).toContain("its labels are those");
    await writeFile(clean, Buffer.of(4, 0, 1, 1));
    expect((await entry.check({ cache, directory })).state).toBe("damaged");
    await write({ settings: { seed: 5 }, files: { "fog.npy": "0".repeat(64) } });
    expect((await entry.check({ cache, directory })).detail).toContain(
      "fog.npy has a wrong sha256 checksum",
    );
    await writeFile(join(directory, "regenerated.json"), "{");
    expect((await entry.load({ directory, cell })).source).toContain("seed not stated");
    expect(await readFile(join(directory, "fog.npy"))).toEqual(files.fog);
  });
});
