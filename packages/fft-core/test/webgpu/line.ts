/** What main.ts prints of one case, or of the adapter first. */
export interface Line {
  readonly adapter?: string;
  readonly title?: string;
  readonly error?: string;
  /** Float32 numbers in base64. */
  readonly checks?: readonly LineCheck[];
  /** Tensors that the case left behind. */
  readonly left?: number;
}

export interface LineCheck {
  readonly actual: string;
  readonly expected: string;
  readonly rtol: number;
  readonly atol: number;
}
