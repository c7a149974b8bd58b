/**
 * The path of an archive's member, without "./" and a final "/"; undefined for the root itself.
 *
 * @throws {Error} if the name is absolute, leads out of the archive, or holds what no path should
 */
export function memberPath(name: string): string | undefined {
  if (/[\0\\]/.test(name) || /^([a-z]:|\/)/i.test(name)) throw unsafe(name);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw unsafe(name);
  return parts.length === 0 ? undefined : parts.join("/");
}

function unsafe(name: string): Error {
  return new Error(`it holds a file of the unsafe name ${JSON.stringify(name.slice(0, 200))}`);
}
