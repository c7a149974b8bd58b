import { resolve } from "node:path";
import { sha256File } from "@apr-kit/cache";
import { loadFrostPhotographs } from "@apr-kit/corruptions";

/** Where frost comes from, for the record of a set. */
export interface FrostRecord {
  readonly kind:
    | "photographs of the benchmark"
    | "other photographs"
    | "procedural, not the benchmark's";
  /** Of frost1.png, frost2.png, frost3.png, frost4.jpg and frost5.jpg. */
  readonly sha256?: readonly string[];
}

/** The files in hendrycks/robustness, ImageNet-C/create_c. */
const BENCHMARK_SHA256: readonly string[] = [
  "ff9f907860bd7a835d459e32f9d588062b7f61ee267343cc7222b56753a14755",
  "fe211a89b336999c207a852ce05818d4545d0b57c5beadd824b4cc9d9a9b6137",
  "2d0d50b4a9bb213f38b024ef7768731bb83cc08d2f26b5766bbc167cdfa0e504",
  "3f8b91ca1a9fa7167b09e773da53f5ae60d0a1fd88f02a783f6e328a72887f6e",
  "5fc6a19df4a429ba68abdcc8f8a4278d4c9f81c9ccafd2c92ab0c8cf8992ebd2",
];
const FILES = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"];

/**
 * Looks at what `--frost` names.
 *
 * @param frost "procedural", or a directory with the five photographs
 * @throws {SetupError} if a photograph is missing or cannot be decoded
 */
export async function describeFrost(frost: string): Promise<FrostRecord> {
  if (frost === "procedural") return { kind: "procedural, not the benchmark's" };
  await loadFrostPhotographs(frost);
  const sha256 = await Promise.all(FILES.map((file) => sha256File(resolve(frost, file))));
  const isBenchmarks = sha256.every((sum, k) => sum === BENCHMARK_SHA256[k]);
  return { kind: isBenchmarks ? "photographs of the benchmark" : "other photographs", sha256 };
}
