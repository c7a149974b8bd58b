/** @file The transforms along any axes, one axis after another. */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { pointerIn, type WasmBackend } from "./wasmInstance.ts";
import { transformLines, type WasmParts } from "./wasmLines.ts";

type Pair = [re: TensorInfo, im: TensorInfo];

export function complexFftByLines(
  backend: WasmBackend,
  input: Pair,
  axes: readonly number[],
  inverse: boolean,
  scale: number,
): Pair {
  const { shape } = input[0];
  const output = makePair(backend, shape);
  const target = partsOf(backend, output);
  for (const [step, axis] of axes.entries()) {
    transformLines(backend, {
      ...{ shape, axis, inverse, isHalved: false },
      scale: step === 0 ? scale : 1,
      input: step === 0 ? partsOf(backend, input) : target,
      output: target,
    });
  }
  return output;
}

/** The halved axis first, then the others in place. */
export function realFftByLines(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  scale: number,
): TensorInfo[] {
  const halved = axes.at(-1)!;
  const shape = halfOf(x.shape, halved);
  const output = makePair(backend, shape);
  const target = partsOf(backend, output);
  transformLines(backend, {
    ...{ shape: x.shape, axis: halved, inverse: false, isHalved: true, scale },
    input: { re: pointerIn(backend)(x) },
    output: target,
  });
  for (const axis of axes.slice(0, -1)) {
    const lines = { shape, axis, inverse: false, isHalved: false, scale: 1 };
    transformLines(backend, { ...lines, input: target, output: target });
  }
  return output;
}

/** The halved axis last, from a copy that the others have been inverted in. */
export function inverseRealFftByLines(
  backend: WasmBackend,
  spectrum: Pair,
  axes: readonly number[],
  size: number,
  scale: number,
): TensorInfo[] {
  const halved = axes.at(-1)!;
  const others = axes.slice(0, -1);
  const half = spectrum[0].shape;
  const shape = half.map((side, axis) => (axis === halved ? size : side));
  const output = backend.makeOutput(shape, "float32");
  const isAlone = others.length === 0;
  const between = isAlone ? spectrum : complexFftByLines(backend, spectrum, others, true, 1);
  transformLines(backend, {
    ...{ shape, axis: halved, inverse: true, isHalved: true, scale },
    input: partsOf(backend, between),
    output: { re: pointerIn(backend)(output) },
  });
  if (!isAlone) for (const { dataId } of between) backend.disposeData(dataId);
  return [output];
}

function makePair(backend: WasmBackend, shape: readonly number[]): Pair {
  return [backend.makeOutput([...shape], "float32"), backend.makeOutput([...shape], "float32")];
}

function partsOf(backend: WasmBackend, [re, im]: Pair): WasmParts {
  const pointer = pointerIn(backend);
  return { re: pointer(re), im: pointer(im) };
}

function halfOf(shape: readonly number[], halved: number): number[] {
  return shape.map((side, axis) => (axis === halved ? Math.floor(side / 2) + 1 : side));
}
