import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Line } from "./line.ts";

/** Where browsers put the description of their software adapter. */
const USUAL_PLACES = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
  "/opt/microsoft/msedge/vk_swiftshader_icd.json",
];

/**
 * Runs main.ts on the first adapter there is: the one whose Vulkan description APR_WEBGPU_ICD names, else the
 * machine's own, else a browser's.
 *
 * @returns the lines, none where there is no adapter
 */
export function runOnAdapter(): Line[] {
  const { APR_WEBGPU_ICD: named } = process.env;
  const candidates = named
    ? [named]
    : [undefined, ...USUAL_PLACES.filter((path) => existsSync(path))];
  for (const icd of candidates) {
    const lines = run(icd === undefined ? {} : environmentOf(icd));
    if (lines.length > 0) return lines;
  }
  return [];
}

/** The driver lies beside its description, and with browsers also Vulkan's loader. */
function environmentOf(icd: string): NodeJS.ProcessEnv {
  const libraries = [dirname(icd), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: libraries };
}

function run(environment: NodeJS.ProcessEnv): Line[] {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@apr-kit/source", "--import", import.meta.resolve("tsx"), main],
    { env: { ...process.env, ...environment }, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
}
