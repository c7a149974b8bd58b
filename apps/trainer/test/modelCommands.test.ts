import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "@apr-kit/engine";
import {
  createModel,
  type HostTensor,
  loadClassifier,
  readSafetensors,
  writeSafetensors,
} from "@apr-kit/models";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type ConversionReport, convertModel } from "../src/models/convertModel.ts";
import { findPyTorch } from "../src/models/pyTorch.ts";
import { createProgram } from "../src/program.ts";

jest.setTimeout(30_000); // sandboxed loops over a million weights are slow on a busy machine

let folder: string;
let input: string;
let weights: Map<string, HostTensor>;

/** Full-size weights of three classes with the names of DataParallel, torchvision and a trainer of ours. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apr-convert-"));
  await startEngine({ engine: "cpu" });
  const { parameters } = createModel("densenet-40-12", { numClasses: 3 });
  weights = new Map(
    parameters.map(({ name, shape }) => {
      const values = new Float32Array(tf.util.sizeFromShape([...shape])).fill(0.5);
      return [name, { dtype: "F32", shape: channelsFirst(shape), values }];
    }),
  );
  input = await save("in.safetensors", (name) => `module.${name.replace(/^fc\./, "linear.")}`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The shape that PyTorch gives to a parameter of ours. */
function channelsFirst(shape: readonly number[]): readonly number[] {
  const [height, width, inner, out] = shape as [number, number, number, number];
  return shape.length === 4 ? [out, inner, height, width] : shape.toReversed();
}

async function save(name: string, rename: (name: string) => string): Promise<string> {
  const tensors = new Map([...weights].map(([key, tensor]) => [rename(key), tensor]));
  tensors.set("optimizer.velocity.conv1.weight", weights.get("conv1.weight") as HostTensor);
  const path = join(folder, name);
  await writeFile(path, writeSafetensors({ tensors, metadata: {} }));
  return path;
}

/** What a command writes to standard output. */
async function outputOf(...args: string[]): Promise<string> {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
  }
}

describe("apr model convert", () => {
  test("makes a classifier that this project loads, and reports how names fitted", async () => {
    const output = join(folder, "new folder", "out.safetensors");
    const args = ["--mean", "0.5,0.25,0.5", "--std", "0.5,0.5,0.25", "--json"];
    const report = JSON.parse(
      await outputOf("model", "convert", input, output, ...args),
    ) as ConversionReport;
    expect(report).toMatchObject({
      architecture: "densenet-40-12",
      classes: 3,
      fits: true,
      match: { prefix: "module.", loaded: weights.size, missing: [], unexpected: [] },
    });
    expect(report.match.renamed).toContainEqual({ from: "linear.bias", to: "fc.bias" });
    const bytes = await readFile(output);
    const { tensors } = readSafetensors(bytes);
    expect([...tensors.keys()]).toEqual([...weights.keys()]);
    expect(tensors.get("fc.weight")?.shape).toEqual([3, 456]);
    expect(tensors.get("bn1.weight")).toEqual(weights.get("bn1.weight"));
    const classifier = loadClassifier(bytes);
    expect(classifier.normalization).toEqual({ mean: [0.5, 0.25, 0.5], std: [0.5, 0.5, 0.25] });
    expect(classifier.classNames).toEqual(["0", "1", "2"]);
    tf.dispose([...classifier.parameters.values()]);
    expect(await readdir(join(folder, "new folder"))).toEqual(["out.safetensors"]);
  });

  test("keeps the normalisation of its input, and writes ONNX", async () => {
    const own = join(folder, "own.safetensors");
    await convertModel(input, own, { mean: [0.1, 0.2, 0.3], std: [1, 1, 1] });
    const output = join(folder, "own.onnx");
    const text = await outputOf("model", "convert", own, output);
    expect(text).toContain("0.1 0.2 0.3, 1 1 1");
    expect(text).toContain("ONNX, opset 17");
    expect((await readFile(output)).includes("densenet-40-12")).toBe(true);
  });

  test("reports what does not fit, refuses it, and writes nothing", async () => {
    const output = join(folder, "refused.safetensors");
    const reports: ConversionReport[] = [];
    const options = { classes: 5, onReport: (report: ConversionReport) => reports.push(report) };
    await expect(convertModel(input, output, options)).rejects.toThrow(
      "expected fc.weight of shape [5, 456], got [3, 456], a network of 3 classes",
    );
    expect(reports[0]?.match.mismatched.map(({ name }) => name)).toEqual(["fc.weight", "fc.bias"]);
    await expect(readFile(output)).rejects.toThrow("ENOENT");
    await convertModel(input, output, { ...options, strict: false });
    expect(readSafetensors(await readFile(output)).tensors.get("fc.weight")?.shape).toEqual([
      5, 456,
    ]);
  });

  test.each<[string[], string]>([
    [["in.safetensors", "out.h5"], "expected an output of .safetensors, .onnx or .json, got "],
    [["in.h5", "out.onnx"], "expected a .pth, .pt or .safetensors file, got "],
    [["none.pth", "out.onnx"], "cannot be read; give the path of a file of weights"],
    [["other.safetensors", "out.onnx"], "of no architecture that we know; --architecture NAME"],
    [["in.safetensors", "out.onnx", "--mean", "1,1,1"], "expected --mean and --std together"],
  ])("refuses %j", async ([from, to, ...args], message) => {
    await save("other.safetensors", (name) => `other.${name}`);
    const paths = [join(folder, from as string), join(folder, to as string)];
    await expect(outputOf("model", "convert", ...paths, ...args)).rejects.toThrow(message);
  });
});

test("apr model convert says that a file's metadata are not JSON", async () => {
  const path = join(folder, "broken.safetensors");
  const metadata = { "apr-kit.architecture": "fastnet", "apr-kit.config": "{" };
  await writeFile(path, writeSafetensors({ tensors: weights, metadata }));
  await expect(convertModel(path, join(folder, "x.onnx"))).rejects.toThrow(
    "expected the file's apr-kit.config to be JSON, got {",
  );
});

describe("apr model check", () => {
  test("says that there is no PyTorch, and ends well", async () => {
    await mkdir(join(folder, "nowhere"), { recursive: true });
    const python = join(folder, "nowhere", "python");
    expect(await outputOf("model", "check", "--python", python)).toContain(
      `skipped: ${python} has no PyTorch to compare with (spawn `,
    );
    const json = JSON.parse(await outputOf("model", "check", "--python", python, "--json"));
    expect(json).toMatchObject({ pyTorch: null, checks: [] });
  });

  test("refuses an architecture that it does not know", async () => {
    await expect(outputOf("model", "check", "vgg")).rejects.toThrow('got "vgg"');
  });

  test("agrees with a PyTorch where python3 has one", async () => {
    const found = await findPyTorch("python3");
    if ("reason" in found) return;
    const text = await outputOf("model", "check", "fastnet", "--engine", "cpu", "--json");
    expect(JSON.parse(text).checks).toMatchObject([{ name: "fastnet", isOk: true }]);
  }, 60_000);
});
