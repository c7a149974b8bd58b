import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { SetupError, ValueError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import sharp from "sharp";
import { pack } from "tar-stream";
import { serve } from "../../test/smallDataset.ts";
import type { DatasetEntry } from "../registry/datasetEntry.ts";
import { folderEntry } from "./folderEntry.ts";
import { odinEntries, texturesEntry } from "./foreignEntries.ts";
import {
  imageNetAEntry,
  imageNetCEntry,
  imageNetEntry,
  imageNetREntry,
  imageNetV2Entry,
} from "./imageNetEntries.ts";
import { loadImageTree } from "./loadImageFolder.ts";
import { tinyImageNetCEntry, tinyImageNetEntry } from "./tinyImageNetEntries.ts";

let cache: string;
let picture: Buffer;
let close = () => {};
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "apr-entries-"));
  const background = { r: 9, g: 9, b: 9 };
  picture = await sharp({ create: { width: 40, height: 36, channels: 3, background } })
    .jpeg()
    .toBuffer();
});
afterEach(async () => {
  close();
  close = () => {};
  await rm(cache, { recursive: true });
});

async function put(entry: DatasetEntry, path: string, content: string | Uint8Array = picture) {
  const file = join(entry.place(cache), path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function tarOf(paths: readonly string[]): Promise<Buffer> {
  const archive = pack();
  for (const path of paths) archive.entry({ name: path }, picture);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("imagenet", () => {
  test("train and val in class folders; labels are those of the 1000 classes", async () => {
    await put(imageNetEntry, "train/n01443537/n01443537_1.JPEG");
    await put(imageNetEntry, "train/n15075141/n15075141_1.JPEG");
    await put(imageNetEntry, "val/n01440764/ILSVRC2012_val_00000001.JPEG");
    const { train, test: val, classes } = await imageNetEntry.load({ cache });
    expect([...(train?.labels ?? [])]).toEqual([1, 999]);
    expect([...(val?.labels ?? [])]).toEqual([0]);
    expect(classes).toHaveLength(1000);
    expect((await val?.read([0]))?.images.shape).toEqual([1, 224, 224, 3]);
    const check = await imageNetEntry.check({ cache });
    expect(check).toMatchObject({ state: "damaged", detail: "train has 2 for 1281167 images" });
  });

  test("a flat val with a list of labels, and without one", async () => {
    await put(imageNetEntry, "val/ILSVRC2012_val_00000002.JPEG");
    await put(imageNetEntry, "val/ILSVRC2012_val_00000001.JPEG");
    await expect(imageNetEntry.load({ cache })).rejects.toThrow(
      "no list of labels for the flat images: val.txt",
    );
    await put(
      imageNetEntry,
      "val.txt",
      "ILSVRC2012_val_00000001.JPEG 65\nILSVRC2012_val_00000002.JPEG 970\n",
    );
    const { test: val } = await imageNetEntry.load({ cache });
    expect([...(val?.labels ?? [])]).toEqual([65, 970]);
  });

  test("it cannot be downloaded, and says how to place it", async () => {
    await expect(imageNetEntry.load({ cache })).rejects.toThrow(SetupError);
    await expect(imageNetEntry.get({ cache })).rejects.toThrow(
      /cannot be downloaded by a program; place train\/<wnid>\/ and val\/<wnid>\/ of image-net\.org \(it takes a login\)/,
    );
    expect((await imageNetEntry.check({ cache })).state).toBe("absent");
  });
});

describe("sets beside imagenet", () => {
  test("imagenet-c from its archives as published, one cell at a time", async () => {
    await put(
      imageNetCEntry,
      "weather.tar",
      await tarOf(["fog/3/n15075141/a.JPEG", "fog/3/n01440764/b.JPEG"]),
    );
    const cell = { corruption: "fog", severity: 3 } as const;
    const { test: fog } = await imageNetCEntry.load({ cache, cell });
    expect([...(fog?.labels ?? [])]).toEqual([0, 999]);
    expect(fog?.shape).toEqual([224, 224, 3]);
    await put(imageNetCEntry, "blur.tar.part", "half of it");
    expect((await imageNetCEntry.load({ cache, cell })).test?.size).toBe(2);
    await expect(imageNetCEntry.load({ cache })).rejects.toThrow(ValueError);
    const check = await imageNetCEntry.check({ cache });
    expect(check).toMatchObject({ state: "damaged", detail: "weather.tar has a wrong md5" });
  });

  test("imagenet-c is fetched by parts only, with a word about their size", async () => {
    await expect(imageNetCEntry.get({ cache })).rejects.toThrow(
      /is large and comes in parts: blur \(7 GB\), digital \(7 GB\), extra \(15 GB\), noise \(21 GB\), weather \(12 GB\); fetch what you need, for example with: apr data get imagenet-c --part blur/,
    );
    await expect(imageNetCEntry.get({ cache, parts: ["fog"] })).rejects.toThrow(
      "has no part fog, but",
    );
  });

  test.each([imageNetREntry, imageNetAEntry])(
    "subsets keep the labels of the 1000 classes",
    async (entry) => {
      await put(entry, `${entry.facts.name}/n15075141/a.jpg`);
      await put(entry, `${entry.facts.name}/n01443537/b.jpg`);
      await put(entry, `${entry.facts.name}/README.txt`, "read me");
      const { test: images } = await entry.load({ cache });
      expect([...(images?.labels ?? [])]).toEqual([1, 999]);
    },
  );

  test("imagenet-v2's folders are numbers, not strings in order", async () => {
    for (const index of Array(120).keys()) await put(imageNetV2Entry, `format-val/${index}/a.jpeg`);
    const { test: images } = await imageNetV2Entry.load({ cache });
    expect([...(images?.labels ?? [])].sort((a, b) => a - b)).toEqual([...Array(120).keys()]);
    const { labels } = (await images?.read([2])) ?? {};
    expect([...(labels ?? [])]).toEqual([10]); // the third folder in order is "10"
  });
});

describe("tiny-imagenet", () => {
  const annotations = "val_1.JPEG\tn02\t0\t0\t63\t63\nval_0.JPEG\tn01\t1\t2\t3\t4\n".replaceAll(
    "n0",
    "n0000000",
  );

  test("from the zip as published, val by its annotations", async () => {
    const zip = zipSync({
      "t/train/n00000001/images/a.JPEG": picture,
      "t/train/n00000002/images/b.JPEG": picture,
      "t/val/val_annotations.txt": new Uint8Array(Buffer.from(annotations)),
      "t/val/images/val_0.JPEG": picture,
      "t/val/images/val_1.JPEG": picture,
      "t/test/images/test_0.JPEG": picture,
    });
    await put(tinyImageNetEntry, "tiny-imagenet-200.zip", zip);
    const { train, test: val, classes } = await tinyImageNetEntry.load({ cache });
    expect(classes).toEqual(["n00000001", "n00000002"]);
    expect([...(train?.labels ?? [])]).toEqual([0, 1]);
    expect([...(val?.labels ?? [])]).toEqual([0, 1]);
    expect(val?.shape).toEqual([36, 40, 3]);
  });

  test("tiny-imagenet-c", async () => {
    await put(tinyImageNetCEntry, "Tiny-ImageNet-C/snow/2/n00000001/a.JPEG");
    const cell = { corruption: "snow", severity: 2 } as const;
    const { test: snow } = await tinyImageNetCEntry.load({ cache, cell });
    expect(snow?.size).toBe(1);
    await put(tinyImageNetCEntry, "regenerated.json", '{"settings":{"seed":4},"files":{}}');
    expect((await tinyImageNetCEntry.load({ cache, cell })).source).toMatch(
      /regenerated by apr-kit \(seed 4\), not the official set$/,
    );
  });
});

describe("sets of foreign images", () => {
  test("a packed archive that is placed by hand is expanded, its images scaled and cropped to 32 × 32", async () => {
    const archive = gzipSync(
      await tarOf(["Imagenet/test/b.png", "Imagenet/test/a.png", "Imagenet/readme"]),
    );
    const entry = smallForeign(archive, "http://127.0.0.1:9/");
    await put(entry, "small.tar.gz", archive);
    const { test: images } = await entry.load({ cache });
    expect(images?.size).toBe(2);
    expect((await images?.read([0, 1]))?.images.shape).toEqual([2, 32, 32, 3]);
    expect((await entry.check({ cache })).state).toBe("intact");
  });

  test("fetched, verified, expanded; a wrong checksum says where to place it", async () => {
    const archive = gzipSync(await tarOf(["a.png"]));
    const server = await serve(() => archive);
    close = server.close;
    const entry = smallForeign(archive, server.url);
    const { detail, place } = await entry.get({ cache });
    expect(detail).toBe("small.tar.gz, read where it lies");
    expect((await readdir(place)).sort()).toEqual(["small.tar", "small.tar.gz"]);
    expect((await entry.load({ cache })).test?.size).toBe(1);
    await rm(place, { recursive: true });
    const other = smallForeign(Buffer.from("other"), server.url);
    await expect(other.get({ cache })).rejects.toThrow(
      /wrong checksum, md5 .* place it at .*small\.tar\.gz/,
    );
  });

  test("every one has an address and a checksum", () => {
    for (const entry of [...odinEntries, texturesEntry]) {
      expect(entry.kind).toBe("foreign");
      expect(entry.sources).toHaveLength(1);
      expect(entry.placing).toMatch(/place .*\.tar\.gz.* in <cache>\/datasets\//);
    }
  });
});

function smallForeign(archive: Uint8Array, url: string): DatasetEntry {
  return folderEntry({
    facts: { ...texturesEntry.facts, name: "small" },
    kind: "foreign",
    splits: {},
    archives: [
      { file: "small.tar.gz", urls: [url], md5: createHash("md5").update(archive).digest("hex") },
    ],
    placing: "small.tar.gz",
    open: async (trees) => ({
      test: await loadImageTree(trees[1] ?? trees[0]!, {
        layout: "flat",
        view: { resize: 32, crop: 32 },
      }),
    }),
  });
}
