/** What wraps a network whole: DataParallel, torch.compile, attributes and places in a Sequential. */
const WRAPPERS = /^(?:(?:module|_orig_mod|model|net|network|backbone|\d)\.)*$/;

/** Words of parameter names that mean the same in different sources. */
const SYNONYMS = [
  ["fc", "linear", "classifier"],
  ["shortcut", "downsample"],
  ["conv_shortcut", "convShortcut", "shortcut"],
] as const satisfies readonly (readonly string[])[];

/** Whether `name` counts batches, beside batch statistics; that plays no part at momentum 0.1. */
export function isBatchCounter(name: string): boolean {
  return /(^|\.)num_batches_tracked$/.test(name);
}

/** Whether `name` is of the copy of block1 that TRADES' wide networks build and never run. */
export function isUnusedBlock(name: string): boolean {
  return name.startsWith("sub_block1.");
}

/** The wrappers before `first`, a parameter that every source names alike; "" if it is not there. */
export function commonPrefix(first: string, names: Iterable<string>): string {
  for (const name of names) {
    if (!name.endsWith(first)) continue;
    const prefix = name.slice(0, name.length - first.length);
    if (WRAPPERS.test(prefix)) return prefix;
  }
  return "";
}

/** `name` with one word replaced by a synonym, the first such name that `isFree`. */
export function findSynonym(name: string, isFree: (name: string) => boolean): string | undefined {
  const words = name.split(".");
  for (const [place, word] of words.entries()) {
    for (const group of SYNONYMS) {
      if (!(group as readonly string[]).includes(word)) continue;
      for (const other of group) {
        const candidate = words.with(place, other).join(".");
        if (other !== word && isFree(candidate)) return candidate;
      }
    }
  }
  return undefined;
}
