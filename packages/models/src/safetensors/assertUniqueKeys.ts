import { ValueError } from "@apr-kit/contracts";

/**
 * Throws if an object in `json` names a key twice, of which JSON.parse would keep the last silently.
 *
 * A plain scan, because regular expressions overflow their stack on megabytes of escapes.
 *
 * @param json valid JSON
 */
export function assertUniqueKeys(where: string, json: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === "{") open.push(new Set());
    else if (char === "}") open.pop();
    else if (char === '"') {
      const end = endOfString(json, at);
      if (isKey(json, end)) addKey(where, open.at(-1), json.slice(at, end));
      at = end - 1;
    }
  }
}

/** Index after the quote that closes the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Whether a colon is the first thing after a string. */
function isKey(json: string, end: number): boolean {
  let at = end;
  while (at < json.length && " \t\r\n".includes(json[at] as string)) at++;
  return json[at] === ":";
}

function addKey(where: string, keys: Set<string> | undefined, text: string): void {
  const key = JSON.parse(text) as string; // two spellings of one key are one key
  if (keys?.has(key))
    throw new ValueError(where, { expected: "each name once", actual: `${text} twice` });
  keys?.add(key);
}
