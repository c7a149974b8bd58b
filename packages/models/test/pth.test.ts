import { readFileSync } from "node:fs";
import { startEngine } from "@apr-kit/engine";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { zipSync } from "fflate";
import { createModel, loadStateDict, readPth, readSafetensors } from "../src/index.ts";
import { formulaImages, NUM_CLASSES } from "./formulas.ts";

function golden(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./golden/${name}`, import.meta.url)));
}

/** A checkpoint of a pickle written by hand, and the numbers of storage "0". */
function checkpoint(
  pickle: readonly (number | string)[],
  storage: Uint8Array<ArrayBuffer> = new Uint8Array(8),
): Uint8Array {
  const bytes = pickle.flatMap((part) =>
    typeof part === "string" ? [...new TextEncoder().encode(part)] : [part],
  );
  const files = { "x/data.pkl": Uint8Array.from([0x80, 2, ...bytes, 0x2e]), "x/data/0": storage };
  return zipSync(files, { level: 0 });
}

const storageId = [
  "(",
  "U",
  7,
  "storage",
  "ctorch\nFloatStorage\n",
  "U",
  1,
  "0U",
  3,
  "cpuK",
  2,
  "t",
  "Q",
];

/** {"w": tensor} of storage "0", with the pickle of its offset, sizes and strides. */
function tensorFile(
  layout: readonly (number | string)[],
  storage?: Uint8Array<ArrayBuffer>,
): Uint8Array {
  const rebuild = ["ctorch._utils\n_rebuild_tensor_v2\n", "(", ...storageId, ...layout];
  return checkpoint(["}U", 1, "w", ...rebuild, 0x89, "}tRs"], storage);
}

describe("readPth", () => {
  test("gives PyTorch's logits for a checkpoint as AugMix stores it", async () => {
    await startEngine({ engine: "cpu" });
    const { tensors, metadata } = readSafetensors(golden("wrn-28-10.safetensors"));
    const model = createModel("wrn-28-10", {
      numClasses: NUM_CLASSES,
      width: Number(metadata.width),
    });
    const file = readPth(golden("pth/trained.pth"));
    expect(file.path).toEqual(["state_dict"]);
    const { parameters, report } = loadStateDict(model, file.tensors);
    expect(report.prefix).toBe("module.");
    expect(report.renamed).toContainEqual({
      from: "block2.layer.0.convShortcut.weight",
      to: "block2.layer.0.conv_shortcut.weight",
    });
    expect(report.ignored).toContain("bn1.num_batches_tracked");
    const images = formulaImages(0, model);
    const { logits } = model.apply(parameters, images, { mode: "inference" });
    const expected = tensors.get("logits")?.values as Float32Array;
    logits.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 4);
    });
    tf.dispose([logits, images, ...parameters.values()]);
  });

  test("reads every element type, and tensors that lie anyhow in a storage", () => {
    const { tensors, path } = readPth(golden("pth/kinds.pth"));
    expect(path).toEqual([]);
    const grid = Float32Array.from({ length: 24 }, (_, i) => i);
    const expected: [string, string, number[], ArrayLike<number> | BigInt64Array][] = [
      ["float16", "F16", [2], Float32Array.of(1.5, -0.25)],
      ["bfloat16", "BF16", [2], Float32Array.of(1.5, -0.25)],
      ["float64", "F32", [1], Float32Array.of(0.1)],
      ["int64", "I64", [1], BigInt64Array.of(-(2n ** 40n))],
      ["int32", "I64", [1], BigInt64Array.of(-7n)],
      ["int16", "I64", [1], BigInt64Array.of(-300n)],
      ["int8", "I64", [1], BigInt64Array.of(-3n)],
      ["uint8", "U8", [1], Uint8Array.of(200)],
      ["bool", "U8", [2], Uint8Array.of(1, 0)],
      ["scalar", "F32", [], Float32Array.of(2.5)],
      ["empty", "F32", [0, 3], new Float32Array(0)],
      ["parameter", "F32", [2], Float32Array.of(1, 1)],
      ["transposed", "F32", [6, 4], grid.map((_, i) => Math.floor(i / 4) + 6 * (i % 4))],
      ["window", "F32", [2, 2], Float32Array.of(8, 10, 14, 16)],
      ["tied", "F32", [4, 6], grid],
    ];
    expect([...tensors]).toEqual(
      expected.map(([name, dtype, shape, values]) => [name, { dtype, shape, values }]),
    );
  });

  test.each([
    ["pth/attack.pth", '"posix.system", which is not on the allow-list: save a state dict'],
    ["pth/module.pth", '"torch.nn.modules.linear.Linear", which is not on the allow-list'],
    ["pth/legacy.pth", "got one of PyTorch before 1.6: re-save it in Python with torch.save("],
    ["pth/no-weights.pth", 'usual key, got a dict of ["epoch","history"]'],
    ["fastnet.safetensors", "got what looks like a safetensors file"],
  ])("refuses %s and says why", (name, message) => {
    expect(() => readPth(golden(name))).toThrow(message);
    expect(() => readPth(golden(name))).toThrow(/^readPth: expected /);
  });

  test("looks under the key that it is told", () => {
    expect(readPth(golden("pth/trained.pth"), { key: "state_dict" }).path).toEqual(["state_dict"]);
    expect(() => readPth(golden("pth/trained.pth"), { key: "ema" })).toThrow(
      'a checkpoint with the key "ema", got a dict of ["epoch","model","state_dict",',
    );
  });

  test("reads a tensor whose pickle is written by hand", () => {
    const storage = new Uint8Array(Float32Array.of(3, 4).buffer);
    const { tensors } = readPth(tensorFile(["K", 0, "K", 2, 0x85, "K", 1, 0x85], storage));
    expect(tensors.get("w")).toEqual({ dtype: "F32", shape: [2], values: Float32Array.of(3, 4) });
  });

  const tooFar = "to lie within its storage, got a storage of 2 elements";
  test.each<[string, (number | string)[], string]>([
    ["more elements than its storage has", ["K", 0, "K", 3, 0x85, "K", 1, 0x85], tooFar],
    ["an offset beyond its storage", ["K", 2, "K", 1, 0x85, "K", 1, 0x85], tooFar],
    ["strides beyond its storage", ["K", 0, "K", 2, 0x85, "K", 2, 0x85], tooFar],
    [
      "one number repeated a million times",
      ["K", 0, "J", 64, 66, 15, 0, 0x85, "K", 0, 0x85],
      tooFar,
    ],
    [
      "sizes whose product overflows",
      [
        "K",
        0,
        "(",
        ...Array.from({ length: 60 }, () => ["J", 255, 255, 255, 127]).flat(),
        "t",
        "(",
        ...Array.from({ length: 60 }, () => ["K", 0]).flat(),
        "t",
      ],
      tooFar,
    ],
    [
      "a negative size",
      ["K", 0, "J", 255, 255, 255, 255, 0x85, "K", 1, 0x85],
      "all whole, got 0, [-1]",
    ],
    ["a negative stride", ["K", 1, "K", 2, 0x85, "J", 255, 255, 255, 255, 0x85], "[2] and [-1]"],
    ["sizes without strides", ["K", 0, "K", 2, 0x85, ")"], "as many strides"],
    ["a fractional offset", ["G", 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, ")", ")"], "got 0.5, [] and []"],
  ])("refuses a tensor with %s", (_, layout, message) => {
    expect(() => readPth(tensorFile(layout))).toThrow(message);
  });

  test.each<[string, (number | string)[], string]>([
    ["the end before a value", ["("], "an empty stack"],
    ["a tuple without a mark", ["t"], "no mark on the stack"],
    ["a memory of nothing", ["h", 9], "no memory of entry 9"],
    ["text in protocol 0", ["I1\n"], "opcodes of binary pickles, got 0x49"],
    ["text that is cut off", ["X", 255, 255, 255, 127, "a"], "it is cut off"],
    ["text that is not UTF-8", ["U", 1, 0xff], "text in UTF-8 in the pickle"],
    ["an integer of a megabyte", [0x8b, 0, 0, 16, 0], "integers of at most 64 bytes, got 1048576"],
    ["a call of text", ["U", 1, "a)R"], 'a call of "a"'],
    ["a call of a type", ["ctorch\nFloatStorage\n)R"], "a call of torch.FloatStorage"],
    ["an item for a list", ["]K", 1, "K", 2, "s"], "a dict to set items of, got a list"],
    ["an element for a dict", ["}K", 1, "a"], "a list to append to, got a dict"],
    ["a key without a value", ["}(K", 1, "u"], "a key without a value"],
    ["state for a number", ["K", 1, "}b"], "state for 1"],
    ["a storage that is none", ["K", 1, "Q"], "references to storages only, got 1"],
    ["a prototype by its name", ["cx\n__proto__\n"], '"x.__proto__", which is not on'],
    [
      "a scalar of objects",
      ["cnumpy.core.multiarray\nscalar\nK", 1, "C", 0, 0x86, "R"],
      "NumPy scalar",
    ],
  ])("refuses a pickle with %s", (_, pickle, message) => {
    expect(() => readPth(checkpoint(pickle))).toThrow(message);
  });

  test("refuses a missing storage, and tensors that share one all too often", () => {
    const tensor = [
      "ctorch._utils\n_rebuild_tensor_v2\n(",
      ...storageId,
      "K",
      0,
      "K",
      2,
      0x85,
      "K",
      1,
      0x85,
      0x89,
      "}tR",
    ];
    const other = tensorFile(["K", 0, "K", 2, 0x85, "K", 1, 0x85]);
    const at = Buffer.from(other).indexOf("U\u0001" + "0");
    other[at + 2] = 0x39;
    expect(() => readPth(other)).toThrow('storage "9" of "w", got none in the file');
    const many = Array.from({ length: 100 }, (_, i) => ["U", 1, i, ...tensor, "s"]).flat();
    expect(() => readPth(checkpoint(["}", ...many]))).toThrow("expected tensors of their own");
  });

  test("refuses what is cut off anywhere, with a ValueError", () => {
    const bytes = golden("pth/kinds.pth");
    for (let length = 0; length < bytes.length; length += 97) {
      expect(() => readPth(bytes.subarray(0, length))).toThrow(/^readPth: expected /);
    }
  });

  test("refuses a file that would inflate to far more than its size", () => {
    const zip = zipSync({ "x/data.pkl": new Uint8Array(1000) }, { level: 9 });
    const view = new DataView(zip.buffer);
    const directory = view.getUint32(zip.length - 22 + 16, true);
    view.setUint32(directory + 24, 0x3fffffff, true); // uncompressed size
    expect(() => readPth(zip)).toThrow("to inflate to a likely size, got 1073741823 bytes");
  });

  test("refuses big-endian numbers, two pickles, and zip files of other things", () => {
    const pickle = Uint8Array.of(0x80, 2, 0x7d, 0x2e);
    const big = { "x/data.pkl": pickle, "x/byteorder": new TextEncoder().encode("big") };
    expect(() => readPth(zipSync(big))).toThrow('little-endian order, got "big"');
    expect(() => readPth(zipSync({ "x/data.pkl": pickle, "data.pkl": pickle }))).toThrow(
      'each entry once, got "data.pkl" twice',
    );
    expect(() => readPth(zipSync({ "a.txt": pickle }))).toThrow("with data.pkl, as of torch.save");
  });
});
