import { tidy } from "@tensorflow/tfjs-core";

/** Runs `compute`, disposes every tensor it made, and returns what it returned, which must hold none. */
export function tidied<TValue>(compute: () => TValue): TValue {
  let value: { readonly of: TValue } | undefined;
  tidy(() => {
    value = { of: compute() };
  });
  return (value as unknown as { readonly of: TValue }).of;
}
