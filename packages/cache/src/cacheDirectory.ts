import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Returns the folder that all projects and processes of this user share.
 *
 *     $APR_CACHE, else $XDG_CACHE_HOME/apr-kit, else ~/.cache/apr-kit
 *
 * @returns absolute path; the folder need not exist yet
 *
 * Convention: an empty variable counts as unset. A relative $APR_CACHE is taken from the current
 * directory; a relative $XDG_CACHE_HOME is ignored, as its specification demands.
 */
export function cacheDirectory(): string {
  const { APR_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return resolve(own);
  if (xdg?.startsWith("/")) return join(xdg, "apr-kit");
  return join(homedir(), ".cache", "apr-kit");
}
