import type { OnProgress } from "@apr-kit/contracts";
import { decodeParts } from "./decodeParts.ts";
import type { RecordFile, RecordForm, RecordManifest } from "./recordManifest.ts";
import { partLimit, readPart } from "./recordPart.ts";
import type { Splits } from "./splits.ts";
import { tarMembers } from "./tarMembers.ts";

/**
 * Decodes an official archive; the caller has verified its checksum.
 *
 * @throws {SetupError} if the archive is damaged or lacks a file
 */
export async function readRecordArchive(
  manifest: RecordManifest,
  form: RecordForm,
  file: string,
  onProgress: OnProgress,
): Promise<Splits> {
  const all = [...form.train, ...form.test];
  const pathOf = ({ name }: RecordFile) => `${form.folder}/${name}`;
  const wanted = new Map(all.map((part) => [pathOf(part), partLimit(manifest, part.records)]));
  const members = new Map<string, Uint8Array>();
  for await (const [path, bytes] of tarMembers(file, wanted)) {
    members.set(path, bytes);
    onProgress({
      task: `unpacking ${manifest.title}`,
      done: members.size,
      total: all.length,
      unit: "files",
    });
  }
  const remedy = `delete ${file} and run again`;
  const decode = (files: readonly RecordFile[]) => {
    const bytesOf = (part: RecordFile) => members.get(pathOf(part)) as Uint8Array;
    const parts = files.map((part) => readPart(manifest, form, part, bytesOf(part), remedy));
    return decodeParts(manifest, parts, remedy);
  };
  return { train: decode(form.train), test: decode(form.test) };
}
