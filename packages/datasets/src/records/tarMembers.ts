import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { SetupError } from "@apr-kit/contracts";
import { extract } from "tar-stream";

/**
 * Reads the wanted files of a .tar.gz into memory, in the order in which they come.
 *
 * @param wanted the most bytes that a member may have, by its path
 * @returns every wanted member, once; others are skipped without being kept
 *
 * Nothing is written to disk, so paths in the archive can do no harm.
 *
 * @throws {SetupError} if the archive is damaged, or a wanted member is missing or too large
 */
export async function* tarMembers(
  file: string,
  wanted: ReadonlyMap<string, number>,
): AsyncGenerator<readonly [path: string, bytes: Uint8Array], void, undefined> {
  const found = new Set<string>();
  const source = createReadStream(file);
  const gunzip = createGunzip();
  const entries = extract();
  source.on("error", (error) => gunzip.destroy(error));
  gunzip.on("error", (error) => entries.destroy(error));
  source.pipe(gunzip).pipe(entries);
  try {
    for await (const entry of entries) {
      const { name, size = 0 } = entry.header;
      const limit = wanted.get(name);
      if (limit === undefined || found.has(name)) {
        entry.resume();
        continue;
      }
      if (size > limit) throw damaged(file, `${name} has ${size} for at most ${limit} bytes`);
      const bytes = new Uint8Array(size);
      let at = 0;
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      found.add(name);
      yield [name, bytes];
    }
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  if (missing.length > 0) throw damaged(file, `it lacks ${missing.join(", ")}`);
}

function damaged(file: string, reason: string, cause?: unknown): SetupError {
  const problem = `${basename(file)} cannot be read (${reason})`;
  return new SetupError("datasets", problem, `delete ${file} and run again`, { cause });
}
