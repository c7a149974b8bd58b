import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SetupError, ValueError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { zipSync } from "fflate";
import sharp from "sharp";
import { shuffledOrder } from "../shuffledOrder.ts";
import { streamBatches } from "../streamBatches.ts";
import { loadImageFolder } from "./loadImageFolder.ts";
import { parseLabels } from "./parseLabels.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-folder-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** A PNG of one grey, so that a pixel tells which file it came from. */
function png(grey: number, [width, height] = [4, 4]): Promise<Buffer> {
  const background = { r: grey, g: grey, b: grey };
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

async function put(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

async function greysOf(source: Awaited<ReturnType<typeof loadImageFolder>>): Promise<number[]> {
  const { images } = await source.read(source.files.map((_, index) => index));
  const [size, height, width, channel] = images.shape;
  const imageBytes = height * width * channel;
  return Array.from({ length: size }, (_, index) => images.data[index * imageBytes] as number);
}

describe("loadImageFolder, one folder a class", () => {
  beforeEach(async () => {
    await put("n02/b.png", await png(20));
    await put("n02/a.png", await png(21));
    await put("n01/images/z.PNG", await png(10));
    await put("n01/z.png", await png(11));
    await put("n10/c.jpeg", await png(30)); // sniffed: a PNG by its bytes
    await put("n10/notes.txt", "no image");
    await put("n10/._c.jpeg", "left by macOS");
    await put("readme.txt", "beside the classes");
  });

  test("classes by name, files by path, pixels and labels together", async () => {
    const source = await loadImageFolder(directory);
    expect(source.classes).toEqual(["n01", "n02", "n10"]);
    const files = ["n01/z.png", "n01/images/z.PNG", "n02/a.png", "n02/b.png", "n10/c.jpeg"];
    expect(source.files).toEqual(files);
    expect([...source.labels]).toEqual([0, 0, 1, 1, 2]);
    expect(source.shape).toEqual([4, 4, 3]);
    expect(await greysOf(source)).toEqual([11, 10, 21, 20, 30]);
    const { images, labels } = await source.read([4, 0]);
    expect([...labels]).toEqual([2, 0]);
    expect([images.data[0], images.data[48]]).toEqual([30, 11]);
  });

  test("folders that are some of given classes get their indices", async () => {
    const classes = ["n00", "n10", "n02", "n01"];
    const source = await loadImageFolder(directory, { classes });
    expect([...source.labels]).toEqual([3, 3, 2, 2, 1]);
    await expect(loadImageFolder(directory, { classes: ["n01", "n02"] })).rejects.toThrow(
      /n10 is none of the 2 classes/,
    );
  });

  test("the same from a .zip and through links", async () => {
    const members = { "set/n01/a.png": await png(1), "set/n02/b.png": await png(2) };
    await writeFile(join(directory, "set.zip"), zipSync(members));
    const zipped = await loadImageFolder(join(directory, "set.zip"), { folder: "set" });
    expect(await greysOf(zipped)).toEqual([1, 2]);
    await mkdir(join(directory, "linked"));
    await symlink(join(directory, "n10"), join(directory, "linked", "k"));
    const linked = await loadImageFolder(join(directory, "linked"));
    expect(await greysOf(linked)).toEqual([30]);
  });

  test("an empty class is refused, unless it is said to be all right", async () => {
    await mkdir(join(directory, "n05"));
    await expect(loadImageFolder(directory)).rejects.toThrow(/n05 holds no image; remove/);
    const source = await loadImageFolder(directory, { allowEmpty: true });
    expect([...source.labels]).toEqual([0, 0, 1, 1, 3]);
  });

  test("images are resized and cropped by the view", async () => {
    await put("n10/c.jpeg", await png(30, [9, 6]));
    const source = await loadImageFolder(directory, { view: { resize: 3, crop: 2 } });
    expect(source.shape).toEqual([2, 2, 3]);
    expect(await greysOf(source)).toEqual([11, 10, 21, 20, 30]);
    const natural = await loadImageFolder(directory);
    await expect(natural.read([4])).rejects.toThrow(/c\.jpeg cannot be used \(6×9×3 where 4×4×3/);
  });

  test("an unreadable image is named, and the others can still be read", async () => {
    await put("n02/a.png", "not an image");
    await symlink(join(directory, "gone"), join(directory, "n02", "link.png"));
    const source = await loadImageFolder(directory);
    await expect(source.read([0, 1, 2, 3])).rejects.toThrow(SetupError);
    await expect(source.read([2])).rejects.toThrow(
      /n02\/a\.png cannot be used \(expected a whole JPEG, PNG or WebP file, got 12 bytes/,
    );
    await expect(source.read([4])).rejects.toThrow(/link\.png cannot be used \(.*ENOENT/);
    expect((await source.read([0])).labels).toEqual(Uint16Array.of(0));
    await expect(source.read([6])).rejects.toThrow(ValueError);
  });

  test("too large an image is refused by its header", async () => {
    const source = await loadImageFolder(directory, { maxPixels: 15, view: { crop: 2 } });
    await expect(source.read([0])).rejects.toThrow("4×4 pixels, more than the 15 allowed");
  });

  test("a folder that is none, and one without classes, are refused", async () => {
    await expect(loadImageFolder(join(directory, "no"))).rejects.toThrow("there is nothing at");
    await expect(loadImageFolder(join(directory, "n02"))).rejects.toThrow("has no class folders");
  });

  test("numbers of threads and files that make no sense are refused", async () => {
    for (const options of [{ threads: -1 }, { threads: 0.5 }, { concurrency: 0 }]) {
      await expect(loadImageFolder(directory, options)).rejects.toThrow(ValueError);
    }
  });
});

describe("streamBatches of image files", () => {
  beforeEach(async () => {
    for (let index = 0; index < 23; index++) {
      await put(`c${index % 3}/${index}.png`, await png(index));
    }
  });

  const walk = async (firstStep: number) => {
    const source = await loadImageFolder(directory, { concurrency: 3, memoryBytes: 100 });
    const order = shuffledOrder(source.size, { seed: 3, epoch: 1 });
    const seen: { step: number; grey: number; label: number }[] = [];
    const options = { batchSize: 5, order, firstStep };
    for await (const { step, images, labels } of streamBatches(source, options)) {
      labels.forEach((label, index) => {
        seen.push({ step, grey: images.data[index * 48] as number, label });
      });
    }
    return seen;
  };

  test("a seeded order visits all, each with its label, and resumes at any step", async () => {
    const all = await walk(0);
    expect(all.map(({ grey }) => grey).sort((a, b) => a - b)).toEqual([...Array(23).keys()]);
    for (const { grey, label } of all) expect(label).toBe(grey % 3);
    expect(all.map(({ grey }) => grey)).not.toEqual([...Array(23).keys()]);
    expect(await walk(2)).toEqual(all.filter(({ step }) => step >= 2));
  });

  test("leaving early reads no further batch", async () => {
    const source = await loadImageFolder(directory);
    let reads = 0;
    const counted = {
      ...source,
      read: (indices: ArrayLike<number>) => {
        reads += 1;
        return source.read(indices);
      },
    };
    for await (const { step } of streamBatches(counted, { batchSize: 2, readAhead: 1 })) {
      if (step === 1) break;
    }
    const atEnd = reads;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toBe(atEnd);
    expect(reads).toBeLessThanOrEqual(3);
  });

  test("an unreadable image ends the walk at its batch with the file's name", async () => {
    await put("c1/1.png", "broken");
    const source = await loadImageFolder(directory);
    const broken = source.files.indexOf("c1/1.png");
    const steps: number[] = [];
    const walking = async () => {
      for await (const { step } of streamBatches(source, { batchSize: 4 })) steps.push(step);
    };
    await expect(walking()).rejects.toThrow(/c1\/1\.png cannot be used/);
    expect(steps).toEqual([...Array(Math.floor(broken / 4)).keys()]);
  });
});

describe("loadImageFolder, flat", () => {
  beforeEach(async () => {
    for (const [name, grey] of [
      ["val_2", 2],
      ["val_10", 10],
      ["val_1", 1],
    ] as const) {
      await put(`images/${name}.JPEG`, await png(grey));
    }
  });
  const load = async (text: string, options: object = {}) => {
    await put("labels.txt", text);
    const labelsFile = join(directory, "labels.txt");
    return loadImageFolder(join(directory, "images"), { layout: "flat", labelsFile, ...options });
  };

  test("without labels, files in order of their names", async () => {
    const source = await loadImageFolder(join(directory, "images"), { layout: "flat" });
    expect(source.files).toEqual(["val_1.JPEG", "val_10.JPEG", "val_2.JPEG"]);
    expect(source.classes).toEqual(["image"]);
    expect([...source.labels]).toEqual([0, 0, 0]);
  });

  test("labels as Caffe, Tiny ImageNet, Kaggle and lists of names write them", async () => {
    const caffe = await load("val_2.JPEG 2\nval_1.JPEG 0\r\nval_10.JPEG 1\n\n");
    expect([...caffe.labels]).toEqual([0, 1, 2]);
    expect(caffe.classes).toEqual(["0", "1", "2"]);
    const tiny = await load(
      "val_1.JPEG\tn07\t0\t32\t44\t62\nval_2.JPEG\tn01\t1\t2\t3\t4\nval_10.JPEG\tn07\t0\t0\t9\t9\n",
    );
    expect(tiny.classes).toEqual(["n01", "n07"]);
    expect([...tiny.labels]).toEqual([1, 1, 0]);
    const kaggle = await load(
      "ImageId,PredictionString\nval_10,n03 1 2 3 4 n03 5 6 7 8\nval_1,n05 1 1 1 1\nval_2,n05 1 1 1 1\n",
    );
    expect([...kaggle.labels]).toEqual([1, 0, 1]);
    const listed = await load("n05\nn03\nn05\n", { classes: ["n00", "n03", "n05"] });
    expect([...listed.labels]).toEqual([2, 1, 2]);
  });

  test.each([
    ["490\n361\n171\n", "bare numbers, as in the development kit of ImageNet"],
    ["", "expected at least one line, got none"],
    ["val_1 a\nval_2\nval_10 a\n", "expected a file and its class in every line, got line 2"],
    ["val_1 a\nval_1 b\n", "expected one class for each file, got a and b for val_1"],
    ["a\nb c\n", "expected one class in every line, got 2 fields in line 2"],
    ["val_1 a\nval_2 b\n", "val_10.JPEG is not in the list of labels"],
    ["n01\nn02\n", "has 2 labels for 3 images"],
  ])("the list %j is refused", async (text, message) => {
    await expect(load(text)).rejects.toThrow(message);
  });

  test("any list gives labels or a ValueError", () => {
    const piece = fc.constantFrom(
      " ",
      "\t",
      "\n",
      "\r\n",
      ",",
      "a",
      "n01",
      "7",
      ".",
      "/",
      "ImageId",
      "\ufeff",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          const stated = parseLabels(pieces.join(""));
          for (const label of stated.labels.values()) expect(label).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a class beyond the given ones is refused", async () => {
    const text = "val_1 n00\nval_2 2\nval_10 1\n";
    await expect(load(text, { classes: ["n00", "n01"] })).rejects.toThrow(
      "of class 2, none of the 2",
    );
  });
});
