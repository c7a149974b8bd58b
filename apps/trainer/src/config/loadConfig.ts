import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { show } from "@apr-kit/contracts";
import { parse } from "yaml";
import type { z } from "zod";
import { CliError } from "../terminal/cliError.ts";
import { type RunConfig, runConfigSchema } from "./schema.ts";

const presetDirectory = fileURLToPath(new URL("../../presets/", import.meta.url));

/** Names of the presets that come with the command. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(presetDirectory);
  return files
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** Reads a preset by its exact name. Unknown names list the known ones. */
export async function loadPreset(name: string, overrides: object = {}): Promise<RunConfig> {
  const known = await presetNames();
  if (!known.includes(name)) {
    throw new CliError(
      "UNKNOWN_PRESET",
      `--preset: expected one of ${known.join(", ")}, got ${show(name)}`,
    );
  }
  return loadConfigFile(`${presetDirectory}${name}.yaml`, `preset ${name}`, overrides);
}

/** Reads, overrides and checks a configuration file. `label` names it in messages. */
export async function loadConfigFile(
  path: string,
  label = path,
  overrides: object = {},
): Promise<RunConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new CliError("CONFIG", `--config: cannot read ${path}: ${(cause as Error).message}`);
  }
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (cause) {
    const firstLine = (cause as Error).message.split("\n")[0];
    throw new CliError("CONFIG", `${label} is not valid YAML: ${firstLine}`);
  }
  return parseConfig(merge(tree, overrides), label);
}

/** Checks a configuration tree and fills in defaults; the first problem becomes the message. */
export function parseConfig(tree: unknown, label: string): RunConfig {
  const result = runConfigSchema.safeParse(tree);
  if (result.success) return result.data;
  throw new CliError("CONFIG", result.error.issues.map((issue) => render(issue, tree, label))[0]!);
}

function render(issue: z.core.$ZodIssue, tree: unknown, label: string): string {
  const path = ["config", ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    return `${path}: expected no key named ${issue.keys.map(show).join(", ")} (${label})`;
  }
  const actual = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
    tree,
  );
  const message = issue.message.replace(/^Invalid input: /, "").replace(/, received .*$/, "");
  return `${path}: ${message}, got ${show(actual)} (${label})`;
}

/** `overrides` win; objects merge key by key, everything else is replaced. */
function merge(base: unknown, overrides: unknown): unknown {
  if (!isTree(base) || !isTree(overrides)) return overrides === undefined ? base : overrides;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(overrides)) merged[key] = merge(base[key], value);
  return merged;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
