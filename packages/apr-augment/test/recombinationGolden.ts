import type { AprSingleDraw, Axes } from "../src/index.ts";
import { readGolden } from "./golden.ts";

type Shape = [number, number, number, number];

/** `recombination.json`: Pillow's operations and NumPy's float64 transforms. Data is base64. */
export interface RecombinationGolden {
  readonly single: readonly {
    readonly shape: Shape;
    readonly input: string;
    readonly draw: AprSingleDraw;
    readonly views: "nested" | "independent";
    readonly expected: Record<Axes, Record<"float" | "clipRound" | "wrap", string>>;
  }[];
  readonly pair: {
    readonly shape: Shape;
    readonly input: string;
    readonly partners: number[];
    readonly expected: Record<Axes, string>;
  };
}

export const recombinationGolden = readGolden<RecombinationGolden>("recombination");
