import { SetupError } from "@apr-kit/contracts";
import type { CheckOptions, DatasetCheck } from "../registry/datasetEntry.ts";
import { readDecoded } from "./decodedStore.ts";
import { decodedFolder } from "./loadRecords.ts";
import { readRecordFolder } from "./readRecordFolder.ts";
import type { RecordManifest } from "./recordManifest.ts";
import { splitsSha256 } from "./splits.ts";

/** Checks a data set of binary records; checkCifar10 says how. */
export async function checkRecords(
  manifest: RecordManifest,
  { directory, cache }: CheckOptions & { readonly cache: string },
): Promise<DatasetCheck> {
  const { name, title } = manifest;
  if (directory !== undefined) {
    try {
      const sha256 = splitsSha256(await readRecordFolder(manifest, directory));
      return { name, state: "intact", place: directory, detail: `${title}, sha256 ${sha256}` };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return { name, state: "damaged", place: directory, detail: error.problem };
    }
  }
  const place = decodedFolder(manifest, cache);
  const stored = await readDecoded(manifest, place, { verify: true });
  if (stored.state === "absent") return { name, state: "absent", place, detail: "not fetched yet" };
  if (stored.state === "damaged") return { name, state: "damaged", place, detail: stored.defect };
  const detail = `${title} from ${stored.source}, sha256 ${stored.sha256}`;
  return { name, state: "intact", place, detail };
}
