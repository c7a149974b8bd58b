import type { Normalization } from "./asPredict.ts";
import { commonPrefix, findSynonym, isBatchCounter, isUnusedBlock } from "./foreignNames.ts";
import { findNormalization } from "./foreignNormalization.ts";
import type { Model } from "./model.ts";
import { pyTorchShape } from "./pyTorchLayout.ts";
import type { HostTensor, HostTensors } from "./safetensors/hostTensor.ts";

/** A tensor whose shape is not the model's, shapes in PyTorch's layout. */
export interface ShapeMismatch {
  readonly name: string;
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** How a state dict fits a model. */
export interface StateDictMatch {
  /** What fits, by the model's names. */
  readonly tensors: HostTensors;
  /** Names of the model that the file lacks. */
  readonly missing: readonly string[];
  /** Names of the file that the model has no use for. */
  readonly unexpected: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];
  /** What wrapped every name and was taken off: "module." or "". */
  readonly prefix: string;
  /** Names that other sources spell otherwise, without the prefix. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** What is not needed: batch counters, a normalisation, blocks that are built but never run. */
  readonly ignored: readonly string[];
  /** The normalisation that the file carries in front of the network, if it does. */
  readonly normalization?: Normalization;
}

/**
 * Lays a state dict beside a model: what fits, what is missing, unexpected, or of another shape.
 *
 * @param tensors in PyTorch's layout, of any source
 *
 * Convention: a prefix of wrappers ("module." of DataParallel, "_orig_mod." of torch.compile, "model.",
 * "net.", the index in a Sequential) is taken off. A name that the model does not know takes a
 * synonym if that is one of the model's and not in the file itself: fc, linear and classifier;
 * shortcut and downsample; conv_shortcut, convShortcut and shortcut. Buffers of a normalisation ("mu" and
 * "sigma", "normalize.mean" and "normalize.std") are reported as `normalization`; `sub_block1`, which TRADES'
 * wide networks build and never run, is passed over.
 *
 * @throws {ValueError} if the numbers of a normalisation make no sense
 */
export function matchStateDict(model: Model, tensors: HostTensors): StateDictMatch {
  const specs = new Map(model.parameters.map((spec) => [spec.name, pyTorchShape(spec.shape)]));
  const prefix = commonPrefix(model.parameters[0]?.name ?? "", tensors.keys());
  const bare = new Map(
    [...tensors].map(([name, tensor]) => {
      const inner = name.startsWith(prefix) ? name.slice(prefix.length) : name;
      return [inner !== name && tensors.has(inner) ? name : inner, tensor];
    }),
  );
  const fitting = new Map<string, HostTensor>();
  const given = new Set<string>();
  const unexpected: string[] = [];
  const ignored: string[] = [];
  const renamed: { from: string; to: string }[] = [];
  const mismatched: ShapeMismatch[] = [];
  const found = findNormalization(bare);

  for (const [from, tensor] of bare) {
    if (isBatchCounter(from) || isUnusedBlock(from) || found?.names.includes(from)) {
      ignored.push(from);
      continue;
    }
    const to = specs.has(from)
      ? from
      : findSynonym(from, (name) => specs.has(name) && !bare.has(name) && !given.has(name));
    const expected = to === undefined ? undefined : specs.get(to);
    if (to === undefined || expected === undefined) {
      unexpected.push(from);
      continue;
    }
    given.add(to);
    if (to !== from) renamed.push({ from, to });
    if (expected.join() === tensor.shape.join()) fitting.set(to, tensor);
    else mismatched.push({ name: to, expected, actual: tensor.shape });
  }
  const missing = [...specs.keys()].filter((name) => !given.has(name));
  return {
    tensors: fitting,
    missing,
    unexpected,
    mismatched,
    prefix,
    renamed,
    ignored,
    ...(found && { normalization: found.normalization }),
  };
}

/** Whether exactly the model's parameters are there, each in its shape. */
export function isCompleteMatch(match: StateDictMatch): boolean {
  return match.missing.length + match.unexpected.length + match.mismatched.length === 0;
}
