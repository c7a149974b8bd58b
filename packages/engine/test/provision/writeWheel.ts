import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/** Writes a wheel: a zip of uncompressed files, with a RECORD of their hashes. `record` overrides its lines. */
export function writeWheel(
  file: string,
  distribution: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  record: Readonly<Record<string, string>> = {},
): void {
  const lines = Object.entries(contents).map(([path, content]) => {
    const digest = createHash("sha256").update(content).digest("base64url");
    return record[path] ?? `${path},sha256=${digest},${Buffer.from(content).length}`;
  });
  const recordPath = `${distribution}.dist-info/RECORD`;
  lines.push(`${recordPath},,`, "");
  const all = { ...contents, [recordPath]: lines.filter((line) => line !== "-").join("\n") };
  writeFileSync(file, zip(Object.entries(all).map(([path, text]) => [path, Buffer.from(text)])));
}

/** @see PKWARE APPNOTE.TXT §4.3.7 (local header), §4.3.12 (central directory), §4.3.16 (its end) */
function zip(files: readonly (readonly [path: string, content: Buffer])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const shared = Buffer.alloc(26); // version needed … extra length, the same in both headers
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, name, content]);
    const position = Buffer.alloc(14);
    position.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), shared, position, name);
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}
