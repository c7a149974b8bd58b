import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRng } from "@apr-kit/contracts";
import sharp from "sharp";
import { pack } from "tar-stream";
import type { ImageSplit } from "../src/index.ts";
import type { RecordManifest, SpritePackage } from "../src/records/recordManifest.ts";
import { type Splits, splitsSha256 } from "../src/records/splits.ts";

const SIDE = 4;
const RECORDS = 5;
const IMAGE_BYTES = SIDE * SIDE * 3;

/** A made data set of 10 + 5 images in the real formats, and the files that carry it. */
export interface SmallDataset {
  readonly manifest: RecordManifest & { readonly npm: SpritePackage };
  readonly splits: Splits;
  /** The official form: .tar.gz of .bin records. */
  readonly archive: Buffer;
  /** The npm form: .tar.gz of PNG sprites and label lists. */
  readonly npmTarball: Buffer;
  /** Contents of the .bin files by name. */
  readonly binaries: ReadonlyMap<string, Buffer>;
}

export async function smallDataset(url = "http://127.0.0.1:9/none"): Promise<SmallDataset> {
  const splits = { train: randomSplit(2 * RECORDS, 1), test: randomSplit(RECORDS, 2) };
  const binaries = new Map([
    ["data_batch_1.bin", records(splits.train, 0)],
    ["data_batch_2.bin", records(splits.train, RECORDS)],
    ["test_batch.bin", records(splits.test, 0)],
  ]);
  const archive = await tarball([
    ["small-bin/readme.html", Buffer.from("<p>")],
    ...[...binaries].map(([name, bytes]) => [`small-bin/${name}`, bytes] as const),
  ]);
  const npmTarball = await tarball([
    ["package/package.json", Buffer.from("{}")],
    ["package/1.png", await sprite(splits.train, 0)],
    ["package/2.png", await sprite(splits.train, RECORDS)],
    ["package/test.png", await sprite(splits.test, 0)],
    ["package/train.json", Buffer.from(JSON.stringify([...splits.train.labels]))],
    ["package/test.json", Buffer.from(JSON.stringify([...splits.test.labels]))],
  ]);
  const manifest: SmallDataset["manifest"] = {
    name: "small",
    title: "Small",
    classes: ["a", "b", "c"],
    shape: [SIDE, SIDE, 3],
    statistics: { mean: [0.5, 0.5, 0.5], std: [0.3, 0.3, 0.3] },
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    homepage: "https://example.org",
    licence: "none",
    citation: "made for tests",
    labelBytes: 1,
    label: { at: 0, key: "labels" },
    forms: [
      {
        format: "binary",
        folder: "small-bin",
        train: ["data_batch_1.bin", "data_batch_2.bin"].map((name) => ({ name, records: RECORDS })),
        test: [{ name: "test_batch.bin", records: RECORDS }],
        archive: {
          urls: [url],
          file: "small.tar.gz",
          size: archive.length,
          algorithm: "sha256",
          checksum: hashOf("sha256", archive),
        },
      },
    ],
    npm: {
      spec: "small-sprites@1.0.0",
      file: "small-sprites-1.0.0.tgz",
      size: npmTarball.length,
      sha512: hashOf("sha512", npmTarball),
      train: {
        sprites: ["1.png", "2.png"].map((name) => ({ name, records: RECORDS })),
        labels: "train.json",
      },
      test: { sprites: [{ name: "test.png", records: RECORDS }], labels: "test.json" },
    },
    sha256: splitsSha256(splits),
  };
  return { manifest, splits, archive, npmTarball, binaries };
}

export async function tarball(
  files: readonly (readonly [path: string, bytes: Buffer])[],
): Promise<Buffer> {
  const packing = pack();
  for (const [name, bytes] of files) packing.entry({ name }, bytes);
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing as AsyncIterable<Buffer>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** Puts a program called `npm` into `folder`; it delivers `tarballFile`, or fails as npm does without network. */
export async function fakeNpm(folder: string, tarballFile?: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const script =
    tarballFile === undefined
      ? 'echo "npm error code ENOTFOUND" >&2; echo "npm error request failed" >&2; exit 1'
      : `test "$1 $2" = "pack small-sprites@1.0.0" && cp "${tarballFile}" "$npm_config_pack_destination/small-sprites-1.0.0.tgz"`;
  await writeFile(join(folder, "npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** A server on this machine that answers every request with `body`, and counts them. */
export async function serve(body: () => Buffer) {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    response.end(body());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/small.tar.gz`,
    requests: () => requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function randomSplit(size: number, seed: number): ImageSplit {
  const rng = createRng({ seed, purpose: "smallDataset" });
  const data = Uint8Array.from({ length: size * IMAGE_BYTES }, () => rng.integer(256));
  const labels = Uint8Array.from({ length: size }, () => rng.integer(3));
  return { images: { data, shape: [size, SIDE, SIDE, 3] }, labels, size };
}

/** Label, then all red, all green, all blue bytes, for RECORDS images. */
function records({ images, labels }: ImageSplit, from: number): Buffer {
  const bytes: number[] = [];
  for (let image = from; image < from + RECORDS; image++) {
    bytes.push(labels[image] as number);
    const own = images.data.subarray(image * IMAGE_BYTES, (image + 1) * IMAGE_BYTES);
    for (let c = 0; c < 3; c++) bytes.push(...own.filter((_, i) => i % 3 === c));
  }
  return Buffer.from(bytes);
}

function sprite({ images }: ImageSplit, from: number): Promise<Buffer> {
  const rows = images.data.slice(from * IMAGE_BYTES, (from + RECORDS) * IMAGE_BYTES);
  const raw = { width: SIDE * SIDE, height: RECORDS, channels: 3 } as const;
  return sharp(rows, { raw }).png().toBuffer();
}

export function hashOf(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest("hex");
}
