import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { pack } from "tar-stream";
import { imageNetCViews, openCorruptionSet } from "./openCorruptionSet.ts";

let directory: string;
let picture: Buffer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-corruptions-"));
  const background = { r: 1, g: 2, b: 3 };
  picture = await sharp({ create: { width: 4, height: 4, channels: 3, background } })
    .png()
    .toBuffer();
});
afterEach(() => rm(directory, { recursive: true }));

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), picture);
}

async function putTar(name: string, paths: readonly string[]): Promise<void> {
  const archive = pack();
  for (const path of paths) archive.entry({ name: path }, picture);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await writeFile(join(directory, name), Buffer.concat(chunks));
}

describe("openCorruptionSet", () => {
  test("finds corruptions in folders, in group folders and in archives beside them", async () => {
    await put("fog/1/n01/a.JPEG");
    await put("fog/5/n01/a.JPEG");
    await put("fog/5/n02/b.JPEG");
    await put("noise/shot_noise/3/n01/a.JPEG");
    await putTar("blur.tar", ["./blur/zoom_blur/2/n02/b.JPEG", "./blur/zoom_blur/2/n01/a.JPEG"]);
    const set = await openCorruptionSet(directory);
    expect(Object.fromEntries(set.cells)).toEqual({
      fog: [1, 5],
      shot_noise: [3],
      zoom_blur: [2],
    });
    const fog = await set.load({ corruption: "fog", severity: 5 }, {});
    expect(fog.files).toEqual(["fog/5/n01/a.JPEG", "fog/5/n02/b.JPEG"]);
    const blur = await set.load(
      { corruption: "zoom_blur", severity: 2 },
      { classes: ["n02", "n01"] },
    );
    expect([...blur.labels]).toEqual([1, 0]);
    expect((await blur.read([0])).images.data.subarray(0, 3)).toEqual(Uint8Array.of(1, 2, 3));
    await expect(set.load({ corruption: "fog", severity: 2 }, {})).rejects.toThrow(
      "lacks fog at severity 2",
    );
  });

  test.each(Object.values(imageNetCViews))("the view %j gives 224 × 224", async (view) => {
    await put("fog/1/n01/a.JPEG");
    const set = await openCorruptionSet(directory);
    const cell = await set.load({ corruption: "fog", severity: 1 }, { view });
    expect((await cell.read([0])).images.shape).toEqual([1, 224, 224, 3]);
  });

  test("an empty folder, and a corruption that is there twice, are refused", async () => {
    await expect(openCorruptionSet(directory)).rejects.toThrow("holds no folders <corruption>");
    await put("fog/1/n01/a.JPEG");
    await put("weather/fog/1/n01/a.JPEG");
    await expect(openCorruptionSet(directory)).rejects.toThrow("holds the corruption fog twice");
  });
});
