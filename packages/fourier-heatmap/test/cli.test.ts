import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { SetupError, ValueError } from "@apr-kit/contracts";
import { writeNpy } from "@apr-kit/formats";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createProgram } from "../src/cli/createProgram.ts";
import { reportFailure } from "../src/cli/reportFailure.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fourier-heatmap-"));
  const pixels = Array.from({ length: 4 * 6 * 6 }, (_, index) => (index < 2 * 36 ? 0.4 : 0.6));
  await writeFile(join(folder, "images.npy"), writeNpy(Float64Array.from(pixels), [4, 6, 6, 1]));
  await writeFile(join(folder, "labels.npy"), writeNpy(Float64Array.of(0, 0, 1, 1), [4]));
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  jest.spyOn(process.stderr, "write").mockImplementation(() => true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function run(...more: string[]): Promise<unknown> {
  const program = createProgram()
    .exitOverride()
    .configureOutput({ writeErr() {} });
  const files = ["--images", join(folder, "images.npy"), "--labels", join(folder, "labels.npy")];
  const chosen = more[0]?.endsWith(".mjs") ? more : [fixture("predict.mjs"), ...more];
  const options = ["--size", "3", "--eps", "1.5", "--out", join(folder, "out")];
  return program.parseAsync([...files, ...options, ...chosen], { from: "user" });
}

describe("fourier-heatmap", () => {
  test("writes the map in every form and prints its summary", async () => {
    await run("--json");
    const summary = JSON.parse(printed);
    expect(summary).toMatchObject({ clean: 0, settings: { epsL2: 1.5, images: 4 } });
    expect(summary.mean).toBeCloseTo(summary.center / 9, 12); // only brightness misleads it
    expect((await readdir(join(folder, "out"))).sort()).toEqual([
      "heatmap.csv",
      "heatmap.json",
      "heatmap.npy",
      "heatmap.png",
      "heatmap.svg",
      "logit-change.png",
      "logit-change.svg",
      "progress.json",
    ]);
  });

  test("goes on from what is stored, and not from another map's", async () => {
    await run();
    const first = await readFile(join(folder, "out", "heatmap.json"), "utf8");
    const state = JSON.parse(await readFile(join(folder, "out", "progress.json"), "utf8"));
    expect(state.cells).toHaveLength(5);
    await writeFile(
      join(folder, "out", "progress.json"),
      JSON.stringify({ ...state, cells: state.cells.slice(0, 2) }),
    );
    await run();
    expect(await readFile(join(folder, "out", "heatmap.json"), "utf8")).toBe(first);
    await expect(run("--eps", "2")).rejects.toThrow(
      /out holds a map made with epsL2 1.5, not 2; start over with --fresh, or give another --out/,
    );
    await run("--eps", "2", "--fresh");
    await writeFile(join(folder, "out", "progress.json"), "{");
    await expect(run()).rejects.toThrow(/progress.json cannot be read .*; remove it to start over/);
    await run("--fresh");
  });

  test("compares with a map that was made before", async () => {
    await run();
    await run("--against", join(folder, "out", "heatmap.json"));
    const file = await readFile(join(folder, "out", "difference.json"), "utf8");
    expect(JSON.parse(file)).toMatchObject({ mean: 0, rows: [-1, 0, 1] });
  });

  test("says what is wrong with its files", async () => {
    await expect(run("--images", join(folder, "none.npy"))).rejects.toThrow(
      /none.npy cannot be read/,
    );
    await expect(run("--images", join(folder, "labels.npy"))).rejects.toThrow(
      /labels.npy to be \[n, height, width, channel\], got \[4\]/,
    );
    await expect(run("--labels", join(folder, "images.npy"))).rejects.toThrow(
      /images.npy to be \[n\]/,
    );
    await expect(run(fixture("noPredict.mjs"))).rejects.toThrow(
      /noPredict.mjs exports \["classify"\]; export a function named predict/,
    );
    await expect(run(fixture("missing.mjs"))).rejects.toThrow(/missing.mjs cannot be imported/);
    await writeFile(
      join(folder, "images.npy"),
      writeNpy(new Float64Array(36).fill(255), [1, 6, 6, 1]),
    );
    await writeFile(join(folder, "labels.npy"), writeNpy(Float64Array.of(0), [1]));
    await expect(run()).rejects.toThrow(/expected float images in \[0, 1\].*got 255 at index 0/);
  });

  test.each([
    [["--size", "2.5"], /expected an integer of at least 1, got "2.5"/],
    [["--eps", "-1"], /expected a number of at least 0, got "-1"/],
    [["--preset", "yin"], /Allowed choices are yin-cifar10, yin-imagenet, gatheluck, google/],
  ])("refuses %p", async (options, message) => {
    await expect(run(...options)).rejects.toThrow(message);
  });
});

test("reportFailure prints one line for what the user can mend, and a stack for the rest", () => {
  const stream = new PassThrough();
  const known = new ValueError("f", { expected: "x", actual: "y" });
  expect(reportFailure(known, stream)).toBe(1);
  const own = new SetupError("fourier-heatmap", "no file", "give one");
  expect(reportFailure(own, stream)).toBe(1);
  expect(reportFailure(new RangeError("broken"), stream)).toBe(70);
  expect(String(stream.read()).split("\n").slice(0, 3)).toEqual([
    "fourier-heatmap: f: expected x, got y",
    "fourier-heatmap: no file; give one",
    "fourier-heatmap: RangeError: broken",
  ]);
});
