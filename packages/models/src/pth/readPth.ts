import { show } from "@apr-kit/contracts";
import { unpickle, unzipEntries } from "@apr-kit/formats";
import type { HostTensor, HostTensors } from "../safetensors/hostTensor.ts";
import { findStateDict } from "./findStateDict.ts";
import { malformed } from "./malformed.ts";
import { materialise } from "./materialise.ts";
import { type TensorReference, torchGlobal, torchStorage } from "./torchGlobals.ts";

/** Pickles of checkpoints are small; each of their bytes may become an object of hundreds. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;

/** How often the numbers of a file may be used, all tensors together: ties are rare. */
const MAX_SHARING = 8;

export interface ReadPthOptions {
  /** The key of the checkpoint's dict under which the weights lie; by default the usual ones. */
  readonly key?: string;
}

/** The weights of a PyTorch checkpoint. */
export interface PthFile {
  readonly tensors: HostTensors;
  /** The keys under which they lay: ["state_dict"], or [] at the top. */
  readonly path: readonly string[];
}

/**
 * Reads the weights from the bytes of a `.pth` or `.pt` file of torch.save, executing nothing.
 *
 * @param bytes       the whole file, a zip archive as PyTorch 1.6 and later write
 * @param options.key see ReadPthOptions
 * @returns tensors in the order of the state dict, row-major; they own their memory
 *
 * Convention: the pickle inside may name tensors, storages, plain containers and NumPy scalars;
 * anything else is an error that names it. float64 becomes float32, integers of all widths I64,
 * bool U8. Names are the file's: see `matchStateDict` for prefixes and other spellings.
 * Cost: one copy of the tensors; memory stays within a small multiple of the file.
 *
 * @throws {ValueError} if the file is of another format, cut off, damaged, or holds no state dict
 *
 * @see torch/serialization.py and torch/_weights_only_unpickler.py of PyTorch 2
 */
export function readPth(bytes: Uint8Array, { key }: ReadPthOptions = {}): PthFile {
  assertFormat(bytes);
  const root = readRoot(bytes);
  const { tensors, path } = findStateDict(root, key);
  return { tensors: readTensors(bytes, tensors), path };
}

const PICKLE = "data.pkl";
const BYTE_ORDER = "byteorder";

function readRoot(bytes: Uint8Array): unknown {
  const entries = unzipCheckpoint(bytes, (name) => name === PICKLE || name === BYTE_ORDER);
  const pickle = entries.get(PICKLE);
  if (pickle === undefined) throw malformed("a zip file with data.pkl, as of torch.save", "none");
  if (pickle.length > MAX_PICKLE_BYTES) {
    throw malformed(`a pickle of at most ${MAX_PICKLE_BYTES} bytes`, `${pickle.length}`);
  }
  const order = new TextDecoder().decode(entries.get(BYTE_ORDER));
  if (order !== "" && order !== "little") {
    throw malformed("numbers in little-endian order", show(order));
  }
  return unpickle(pickle, { where: "readPth", global: torchGlobal, persistent: torchStorage });
}

/** Entries by the name below the archive's only folder. */
function unzipCheckpoint(bytes: Uint8Array, isWanted: (name: string) => boolean) {
  const rename = (name: string) => name.slice(name.indexOf("/") + 1);
  return unzipEntries(bytes, { where: "readPth", isWanted, rename });
}

function readTensors(
  bytes: Uint8Array,
  references: ReadonlyMap<string, TensorReference>,
): HostTensors {
  const wanted = new Set([...references.values()].map(({ storage }) => `data/${storage.key}`));
  const storages = unzipCheckpoint(bytes, (name) => wanted.has(name));
  let available = 0;
  for (const { length } of storages.values()) available += length;
  let used = 0;
  const tensors = new Map<string, HostTensor>();
  for (const [name, reference] of references) {
    const storage = storages.get(`data/${reference.storage.key}`);
    if (storage === undefined) {
      throw malformed(
        `storage ${show(reference.storage.key)} of ${show(name)}`,
        "none in the file",
      );
    }
    const tensor = materialise(name, reference, storage);
    used += tensor.values.length;
    if (used > MAX_SHARING * available) {
      throw malformed("tensors of their own", `${used} elements in ${available} bytes`);
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

/** Names what a file is that is no zip archive. */
function assertFormat(bytes: Uint8Array): void {
  const [first, second] = bytes;
  if (first === 0x50 && second === 0x4b) return;
  const expected = "a zip checkpoint of torch.save";
  const isTar = new TextDecoder("latin1").decode(bytes.subarray(257, 262)) === "ustar";
  if ((first === 0x80 && (second ?? 0) <= 5) || isTar) {
    throw malformed(
      expected,
      "one of PyTorch before 1.6: re-save it in Python with " +
        'torch.save(torch.load(path, map_location="cpu"), new_path)',
    );
  }
  if (bytes[8] === 0x7b) throw malformed(expected, "what looks like a safetensors file");
  throw malformed(expected, `a file of ${bytes.length} bytes that starts otherwise`);
}
