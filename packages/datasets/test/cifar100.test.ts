import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkRecords } from "../src/records/checkRecords.ts";
import { cifar100Manifest } from "../src/records/cifar100Manifest.ts";
import { loadRecords } from "../src/records/loadRecords.ts";
import type { RecordForm, RecordManifest } from "../src/records/recordManifest.ts";
import { hashOf, tarball } from "./smallDataset.ts";

const golden = fileURLToPath(new URL("golden/records/", import.meta.url));
const SUMS = {
  "train.bin": ["sha1", "c829a3367f381c6ca38aee95a67ee1b3fc73cf61"],
  "test.bin": ["sha1", "6878d2ea792487a3162da245e7a96282a5bf9826"],
  train: ["md5", "c7b03e505906de71bea622bd9da18ce7"],
  test: ["md5", "a15c1cfc2a15a2cd5944235b8121dd86"],
} as const;

/** CIFAR-100 with four fine and two coarse classes, and the files of golden/records. */
async function small(): Promise<RecordManifest & { readonly archives: readonly Buffer[] }> {
  const file = (name: keyof typeof SUMS, records: number) => {
    const [algorithm, value] = SUMS[name];
    return { name, records, sum: { algorithm, value } };
  };
  const bin = await archiveOf("bin", ["train.bin", "test.bin"]);
  const python = await archiveOf("python", ["train", "test"]);
  const form = (format: RecordForm["format"], folder: string, bytes: Buffer): RecordForm => ({
    format,
    folder,
    train: [file(format === "binary" ? "train.bin" : "train", 3)],
    test: [file(format === "binary" ? "test.bin" : "test", 2)],
    archive: {
      urls: ["http://127.0.0.1:9/none"],
      file: `${folder}.tar.gz`,
      algorithm: "md5",
      checksum: hashOf("md5", bytes),
    },
  });
  return {
    ...cifar100Manifest,
    classes: ["a", "b", "c", "d"],
    coarseClasses: ["ab", "cd"],
    shape: [4, 4, 3],
    forms: [form("binary", "bin", bin), form("python", "python", python)],
    archives: [bin, python],
  };
}

async function archiveOf(folder: string, names: readonly string[]): Promise<Buffer> {
  const files = names.map(async (name) => {
    return [`${folder}/${name}`, await readFile(join(golden, name))] as const;
  });
  return tarball(await Promise.all(files));
}

/** Plane byte i of the golden files, interleaved. */
const pixels = (images: number) =>
  Uint8Array.from({ length: images * 48 }, (_, at) => {
    const [image, rest] = [Math.floor(at / 48), at % 48];
    return ((image * 48 + (rest % 3) * 16 + Math.floor(rest / 3)) * 7 + 3) % 251;
  });

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "apr-cifar100-"));
});
afterEach(() => rm(cache, { recursive: true }));

describe("CIFAR-100", () => {
  test("has 100 fine classes in 20 coarse ones, both in alphabetical order", () => {
    const { classes, coarseClasses = [] } = cifar100Manifest;
    expect([classes.length, coarseClasses.length]).toEqual([100, 20]);
    expect([...classes].sort()).toEqual(classes);
    expect([...coarseClasses].sort()).toEqual(coarseClasses);
  });

  test.each(["bin", "python"])(
    "placed as an archive, %s, gives pixels, fine and coarse labels",
    async (folder) => {
      const manifest = await small();
      await mkdir(join(cache, "downloads"));
      const bytes = manifest.archives[folder === "bin" ? 0 : 1] as Buffer;
      await writeFile(join(cache, "downloads", `${folder}.tar.gz`), bytes);
      for (const attempt of ["decoded", "from the cache"]) {
        const { train, test: held, source } = await loadRecords(manifest, { cache });
        expect([attempt, train.images.data]).toEqual([attempt, pixels(3)]);
        expect([...train.labels]).toEqual([1, 2, 3]);
        expect([...(train.coarseLabels ?? [])]).toEqual([0, 1, 1]);
        expect([...held.labels]).toEqual([1, 2]);
        expect(source).toBe(folder === "bin" ? "the official archive" : "python.tar.gz");
      }
      expect((await checkRecords(manifest, { cache })).state).toBe("intact");
      await writeFile(join(cache, "datasets/cifar100/test.coarse.u8"), Buffer.of(1, 1));
      expect((await checkRecords(manifest, { cache })).state).toBe("damaged");
    },
  );

  test.each([
    ["train.bin", "test.bin"],
    ["train", "test"],
  ])(
    "extracted to a folder as %s, %s is read, and held against the sums of its files",
    async (...names) => {
      const manifest = await small();
      for (const name of names) await copyFile(join(golden, name), join(cache, name));
      const { train } = await loadRecords(manifest, { directory: cache });
      expect(train.images.data).toEqual(pixels(3));
      expect((await checkRecords(manifest, { cache, directory: cache })).state).toBe("intact");
      const file = join(cache, names[0] as string);
      const bytes = await readFile(file);
      bytes[100] = (bytes[100] as number) ^ 1;
      await writeFile(file, bytes);
      await expect(loadRecords(manifest, { directory: cache })).rejects.toThrow(
        /train(\.bin)? has a wrong (sha1|md5) checksum; give the folder/,
      );
    },
  );

  test("a folder without any of its files names the first that is missing", async () => {
    await expect(loadRecords(await small(), { directory: cache })).rejects.toThrow(
      /there is no .*train\.bin; give the folder bin from bin\.tar\.gz, freshly extracted/,
    );
  });

  test("labels beyond the classes are refused", async () => {
    const manifest = { ...(await small()), classes: ["a", "b"] };
    for (const name of ["train", "test"]) await copyFile(join(golden, name), join(cache, name));
    await expect(loadRecords(manifest, { directory: cache })).rejects.toThrow(
      "the images are not CIFAR-100: a label is 2 of 2 classes",
    );
  });
});
