import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import {
  COLOUR_PLANES,
  colourRowMatrices,
  columnMatrices,
  halfRowMatrices,
  type Matrix,
} from "./dftMatrices.ts";
import { floats, product, reshape, runOf } from "./tensorFlowOps.ts";

/** Spectrum of a batch: [batch, height, frequencies of a row] each. */
export interface RowSpectrum {
  readonly re: tf.TensorInfo;
  readonly im: tf.TensorInfo;
}

/** Transforms by matrix products, with no transposition: rows from the right, columns from the left. */
export interface MatrixRoute {
  readonly frequencies: number;
  forward(images: tf.TensorInfo): RowSpectrum;
  inverse(spectrum: RowSpectrum): tf.Tensor;
}

// Up to here products beat the FFT operations and the transpositions around them, as measured on two cores.
const LONGEST_ROW = 128; // width · channel
const LONGEST_COLUMN = 64;

/**
 * Whether products are the faster way on this backend and at this size.
 *
 * Not on GPUs: they multiply in TensorFloat-32 by default, whose 11 bits are too few.
 */
export function isForMatrices(
  backend: TensorFlowBackend,
  [, height, width, channels]: readonly number[],
  axes: readonly number[],
): boolean {
  const { isUsingGpuDevice } = backend as { isUsingGpuDevice?: boolean };
  if (isUsingGpuDevice !== false) return false;
  if (height! > LONGEST_COLUMN || width! * channels! > LONGEST_ROW) return false;
  const isSpatial = axes.length === 2 && axes[0] === 1 && axes[1] === 2;
  return isSpatial || (axes.length === 3 && channels === 3);
}

/** The route for one size; `shape` and `axes` as {@link isForMatrices} accepts them. */
export function matrixRoute(
  backend: TensorFlowBackend,
  shape: readonly number[],
  axes: readonly number[],
): MatrixRoute {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const hasPlanes = axes.length === 3;
  const matrices = matricesOf(backend, { height, width, channels, hasPlanes });
  const { frequencies, planes, rowForward, rowInverse } = matrices;
  const { forwardRe, forwardIm, inverseRe, inverseIm } = matrices;
  const run = runOf(backend);
  const complexRows = [batch, 2 * height, frequencies]; // real, imaginary, real, ...
  return {
    frequencies,
    forward: (images) => {
      const pixels = hasPlanes
        ? product(run, reshape(images, [batch * height * width, 3]), planes)
        : images;
      const rows = product(run, reshape(pixels, [batch * height, width * channels]), rowForward);
      const columns = reshape(rows, complexRows);
      return { re: product(run, forwardRe, columns), im: product(run, forwardIm, columns) };
    },
    inverse: ({ re, im }) => {
      const columns = floats(
        run,
        "AddV2",
        product(run, inverseRe, re),
        product(run, inverseIm, im),
      );
      const rows = reshape(columns, [batch * height, 2 * frequencies]);
      return reshape(product(run, rows, rowInverse), shape);
    },
  };
}

interface Matrices {
  readonly frequencies: number;
  readonly planes: tf.Tensor;
  readonly rowForward: tf.Tensor;
  readonly rowInverse: tf.Tensor;
  readonly forwardRe: tf.Tensor;
  readonly forwardIm: tf.Tensor;
  readonly inverseRe: tf.Tensor;
  readonly inverseIm: tf.Tensor;
}

interface Size {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly hasPlanes: boolean;
}

const known = new WeakMap<TensorFlowBackend, Map<string, Matrices>>();

/** The matrices of one size on the device, where they stay: at most 200 kB, for few sizes. */
function matricesOf(backend: TensorFlowBackend, size: Size): Matrices {
  const { height, width, channels, hasPlanes } = size;
  const key = `${height} ${width} ${channels} ${hasPlanes}`;
  const perSize = known.get(backend) ?? new Map<string, Matrices>();
  known.set(backend, perSize);
  const made = perSize.get(key);
  if (made !== undefined) return made;
  const rows = hasPlanes ? colourRowMatrices(width) : halfRowMatrices(width, channels);
  const columns = columnMatrices(height);
  const matrices: Matrices = {
    frequencies: rows.frequencies,
    planes: upload(COLOUR_PLANES),
    rowForward: upload(rows.forward),
    rowInverse: upload(rows.inverse),
    forwardRe: upload(columns.forwardRe),
    forwardIm: upload(columns.forwardIm),
    inverseRe: upload(columns.inverseRe),
    inverseIm: upload(columns.inverseIm),
  };
  perSize.set(key, matrices);
  return matrices;
}

function upload({ rows, columns, values }: Matrix): tf.Tensor {
  return tf.keep(tf.tensor2d(values, [rows, columns]));
}
