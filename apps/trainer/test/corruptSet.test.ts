import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { corrupt } from "@apr-kit/corruptions";
import { loadCifarC, loadImageFolder } from "@apr-kit/datasets";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import sharp from "sharp";
import { type CorruptSetOptions, makeSet } from "../src/corrupt/corruptSet.ts";
import { createBars } from "../src/terminal/bars.ts";

jest.setTimeout(60_000); // processes of their own on a busy machine

const IMAGES = 12;
const root = mkdtempSync(join(tmpdir(), "apr-corrupt-"));
const folder = join(root, "clean");
const said: string[] = [];
const bars = { ...createBars(new PassThrough() as never), say: (line: string) => said.push(line) };
const options: CorruptSetOptions = {
  folder,
  out: join(root, "set"),
  layout: "cifar-c",
  corruptions: "gaussian_noise,fog,pixelate",
  severities: "1,2,3,4,5",
  size: 32,
  seed: 5,
  jobs: 1,
};

beforeAll(async () => {
  for (let i = 0; i < IMAGES; i++) {
    const owner = join(folder, i % 3 === 0 ? "cat" : "dog");
    mkdirSync(owner, { recursive: true });
    const pixels = Uint8Array.from(
      { length: 40 * 36 * 3 },
      (_, k) => (k * (i + 3) + (k >> 7) * 11) & 255,
    );
    const raw = { width: 40, height: 36, channels: 3 } as const;
    await sharp(pixels, { raw })
      .png()
      .toFile(join(owner, `picture-${i}.png`));
  }
  await makeSet(options, bars);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("a set of CIFAR-10-C's layout holds what corrupt makes of each image, and loadCifarC reads it", async () => {
  const clean = await loadImageFolder(folder, { view: { resize: [32, 32] } });
  const { images, labels } = await clean.read(Array.from({ length: IMAGES }, (_, i) => i));
  for (const corruption of ["gaussian_noise", "fog", "pixelate"] as const) {
    for (const severity of [1, 4] as const) {
      const cell = await loadCifarC({ directory: options.out, corruption, severity });
      const expected = await corrupt(images, { name: corruption, severity, seed: 5 });
      expect(Buffer.from(cell.images.data).equals(expected.data)).toBe(true);
      expect([...cell.labels]).toEqual([...labels]);
    }
  }
});

test("the record says that the set is regenerated, from what, and hashes every file", () => {
  const { notice, settings, files, frost } = readRecord(options.out);
  expect(notice).toContain("not the official set");
  expect(settings).toMatchObject({
    seed: 5,
    images: IMAGES,
    side: 32,
    table: "cifar",
    dataset: "clean",
  });
  expect(frost).toBeUndefined();
  const names = ["fog.npy", "gaussian_noise.npy", "labels.npy", "pixelate.npy"];
  expect(Object.keys(files)).toEqual(names);
  for (const name of names) expect(files[name]).toBe(sha256(join(options.out, name)));
  expect(readdirSync(options.out).sort()).toEqual(
    ["README.txt", ...names, "regenerated.json"].sort(),
  );
});

test("finished corruptions are kept, new ones are added, and another seed is refused", async () => {
  const out = join(root, "grown");
  cpSync(options.out, out, { recursive: true });
  writeFileSync(join(out, "fog.npy"), "kept"); // would be replaced if it were made again
  await makeSet({ ...options, out, corruptions: "fog,contrast" }, bars);
  expect(readFileSync(join(out, "fog.npy"), "utf8")).toBe("kept");
  expect(Object.keys(readRecord(out).files)).toContain("contrast.npy");
  await expect(makeSet({ ...options, out, seed: 6 }, bars)).rejects.toThrow(
    `${out} holds a set of another seed (5, not 6); give another --out`,
  );
  await expect(makeSet({ ...options, out, images: 3 }, bars)).rejects.toThrow("another");
  await expect(
    makeSet({ ...options, out, corruptions: "all", layout: "imagenet-c" }, bars),
  ).rejects.toThrow("a set of another layout (cifar-c, not imagenet-c)");
});

test("a run of two processes that is killed and gone on with by three ends in the same bytes", async () => {
  const alone = join(root, "alone");
  const killed = join(root, "killed");
  const words = { ...options, corruptions: "gaussian_noise,glass_blur,snow,spatter,brightness" };
  await makeSet({ ...words, out: alone }, bars);
  const first = startCommand(words, killed, 2);
  while (!hasCell(killed)) await new Promise((resolve) => setTimeout(resolve, 5));
  first.kill("SIGKILL");
  await once(first, "exit");
  rmSync(`${killed}.lock`, { recursive: true, force: true }); // or it is waited for until it is stale
  const second = startCommand(words, killed, 3);
  let told = "";
  second.stderr.on("data", (text) => {
    told += text;
  });
  const [code] = await once(second, "close");
  expect([code, code === 0 ? "" : told]).toEqual([0, ""]);
  expect(readdirSync(killed).sort()).toEqual(readdirSync(alone).sort());
  for (const file of readdirSync(alone)) {
    expect([file, sha256(join(killed, file))]).toEqual([file, sha256(join(alone, file))]);
  }
});

test("a set of ImageNet-C's layout has the files of the folder, as JPEGs of quality 85", async () => {
  const out = join(root, "folders");
  const words = {
    ...options,
    out,
    layout: "imagenet-c",
    corruptions: "contrast",
    severities: "2",
  } as const;
  await makeSet(words, bars);
  const made = await loadImageFolder(join(out, "contrast", "2"));
  expect(made.files).toContain("cat/picture-0.JPEG");
  const clean = await loadImageFolder(folder, { view: { resize: [32, 32] } });
  expect([...made.labels]).toEqual([...clean.labels]);
  const { images } = await clean.read([7]);
  const bytes = await corrupt(images, { name: "contrast", severity: 2, seed: 5, samples: [7] });
  const raw = { width: 32, height: 32, channels: 3 } as const;
  const file = await sharp(bytes.data, { raw })
    .jpeg({ quality: 85, chromaSubsampling: "4:2:0" })
    .toBuffer();
  const expected = await sharp(file).raw().toBuffer();
  expect(Buffer.from((await made.read([7])).images.data).equals(expected)).toBe(true);

  const hash = readRecord(out).files["contrast/2"];
  rmSync(join(out, "contrast", "2", "dog", "picture-1.JPEG"));
  writeFileSync(join(out, "contrast", "2", "cat", "picture-3.JPEG"), ""); // as a power cut may leave it
  writeFileSync(join(out, "regenerated.json"), JSON.stringify({ ...readRecord(out), files: {} }));
  await makeSet(words, bars);
  expect(readRecord(out).files["contrast/2"]).toBe(hash);
});

test("frost is left out with a word, made of photographs, or of a texture that is called by its name", async () => {
  const out = join(root, "frosted");
  said.length = 0;
  const { skipped } = await makeSet({ ...options, out, corruptions: "benchmark", images: 1 }, bars);
  expect(skipped).toEqual(["frost"]);
  expect(said[0]).toMatch(/^frost is left out: it needs photographs; give --frost DIR/);
  const named = { ...options, out, corruptions: "frost", images: 1 };
  await expect(makeSet(named, bars)).rejects.toThrow("frost needs the five photographs");
  await expect(makeSet({ ...named, frost: root }, bars)).rejects.toThrow(
    `cannot read the photograph ${root}/frost1.png`,
  );
  await makeSet({ ...named, frost: "procedural" }, bars);
  expect(readRecord(out).frost).toEqual({ kind: "procedural, not the benchmark's" });
  const photographs = join(root, "photographs");
  await makePhotographs(photographs);
  await expect(makeSet({ ...named, frost: photographs }, bars)).rejects.toThrow(
    `${out} holds frost of another source (procedural, not the benchmark's, not other photographs)`,
  );
  const again = join(root, "photographed");
  await makeSet({ ...named, out: again, frost: photographs }, bars);
  expect(readRecord(again).frost).toMatchObject({ kind: "other photographs" });
  const large = { ...named, out: join(root, "large"), size: 320, table: "imageNet" } as const;
  await expect(makeSet({ ...large, frost: photographs }, bars)).rejects.toThrow(
    "frost: expected photographs larger than 320 pixels a side",
  );
  writeFileSync(join(photographs, "frost4.jpg"), "no photograph");
  await expect(
    makeSet({ ...named, out: join(root, "x"), frost: photographs }, bars),
  ).rejects.toThrow("frost4.jpg");
});

test("what cannot be done is refused before anything is written", async () => {
  const out = join(root, "never");
  const refused = (changes: Partial<CorruptSetOptions>) =>
    makeSet({ ...options, out, ...changes }, bars);
  await expect(refused({ corruptions: "smog" })).rejects.toThrow(
    /^--corruptions: expected all, benchmark, extras or some of gaussian_noise,.*, got "smog"$/,
  );
  await expect(refused({ severities: "1,6" })).rejects.toThrow(
    '--severities: expected some of 1,2,3,4,5, got "6"',
  );
  await expect(refused({ images: 13 })).rejects.toThrow("expected --images of at most 12, got 13");
  await expect(refused({ size: 48 })).rejects.toThrow(
    "no parameters are made for 48 pixels a side",
  );
  await expect(refused({ size: 9, table: "cifar" })).rejects.toThrow("at least 16 pixels a side");
  await expect(refused({ dataset: "cifar10" })).rejects.toThrow(
    "expected either --dataset or --folder",
  );
  await expect(refused({ folder: join(root, "nothing") })).rejects.toThrow("nothing");
  expect(readdirSync(root)).not.toContain("never");
  await expect(refused({ out: folder })).rejects.toThrow("holds other files, for example cat");
  await expect(refused({ out: join(folder, "cat", "picture-0.png") })).rejects.toThrow(
    "give another --out",
  );
  await expect(refused({ severities: "1" })).rejects.toThrow("hold all five severities");
});

function startCommand({ corruptions, seed, size }: CorruptSetOptions, out: string, jobs: number) {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const loader = ["--conditions=@apr-kit/source", "--import", import.meta.resolve("tsx")];
  const given = [
    "--folder",
    folder,
    "--out",
    out,
    "--layout",
    "cifar-c",
    "--corruptions",
    corruptions,
  ];
  const numbers = ["--seed", `${seed}`, "--size", `${size}`, "--jobs", `${jobs}`];
  return spawn(process.execPath, [...loader, main, "corrupt", ...given, ...numbers], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

function hasCell(out: string): boolean {
  try {
    return readdirSync(join(out, ".cells")).some((name) => name.endsWith(".u8"));
  } catch {
    return false;
  }
}

async function makePhotographs(directory: string): Promise<void> {
  mkdirSync(directory);
  for (const [k, name] of [
    "frost1.png",
    "frost2.png",
    "frost3.png",
    "frost4.jpg",
    "frost5.jpg",
  ].entries()) {
    const create = { width: 300, height: 260 + k, channels: 3, background: "#abc" } as const;
    await sharp({ create }).toFile(join(directory, name));
  }
}

function readRecord(directory: string) {
  return JSON.parse(readFileSync(join(directory, "regenerated.json"), "utf8")) as {
    notice: string;
    settings: Record<string, unknown>;
    files: Record<string, string>;
    frost?: unknown;
  };
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
