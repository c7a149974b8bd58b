import type { OnProgress } from "@apr-kit/contracts";
import { decodeRecords, recordFileBytes } from "./decodeRecords.ts";
import type { RecordFile, RecordManifest } from "./recordManifest.ts";
import type { Splits } from "./splits.ts";
import { tarMembers } from "./tarMembers.ts";

/**
 * Decodes the official archive; the caller has verified its checksum.
 *
 * @throws {SetupError} if the archive is damaged or lacks a file
 */
export async function readRecordArchive(
  manifest: RecordManifest,
  file: string,
  onProgress: OnProgress,
): Promise<Splits> {
  const { train, test, title } = manifest;
  const all = [...train, ...test];
  const pathOf = ({ name }: RecordFile) => `${manifest.folder}/${name}`;
  const wanted = new Map(
    all.map((part) => [pathOf(part), recordFileBytes(manifest, part.records)]),
  );
  const members = new Map<string, Uint8Array>();
  for await (const [path, bytes] of tarMembers(file, wanted)) {
    members.set(path, bytes);
    onProgress({
      task: `unpacking ${title}`,
      done: members.size,
      total: all.length,
      unit: "files",
    });
  }
  const decode = (files: readonly RecordFile[]) => {
    const parts = files.map((part) => members.get(pathOf(part)) as Uint8Array);
    return decodeRecords(manifest, files, parts, `delete ${file} and run again`);
  };
  return { train: decode(train), test: decode(test) };
}
