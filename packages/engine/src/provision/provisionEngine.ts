import { join } from "node:path";
import { withLock } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import type { Addon } from "./addon.ts";
import { buildAddon } from "./buildAddon.ts";
import { cachedBuild } from "./cachedBuild.ts";
import { fetchTarball } from "./fetchTarball.ts";
import { fetchWheel } from "./fetchWheel.ts";
import { inspectTensorFlow } from "./inspectTensorFlow.ts";
import {
  engineDirectory,
  type Route,
  type TensorFlowBuild,
  type Variant,
} from "./tensorFlowBuild.ts";

/** What became of one way to get TensorFlow. */
export interface RouteReport {
  readonly route: Route;
  readonly outcome: "picked" | "failed";
  /** What was found, or why not. */
  readonly reason: string;
}

export interface ProvisionOptions {
  /** A folder with libraries and headers; then no other route is tried. */
  readonly path: string | undefined;
  /** Fetch and compile even if the cache has it. */
  readonly isForced: boolean;
  /** The addon's sources. */
  readonly native: string;
  readonly tarballUrl: string | undefined;
  /** Whether a CUDA build makes sense here. */
  readonly hasNvidiaDriver: boolean;
  readonly onProgress: OnProgress | undefined;
}

export interface Provisioned {
  readonly tried: readonly RouteReport[];
  readonly addon: Addon;
}

interface Way {
  readonly route: Route;
  readonly find: () => Promise<TensorFlowBuild>;
}

/**
 * Gets a TensorFlow by the first way that succeeds and builds the addon against it.
 *
 * @throws {SetupError} if every way fails, with each reason; or if the addon cannot be built
 */
export async function provisionEngine(options: ProvisionOptions): Promise<Provisioned> {
  const onWait = (note: string) =>
    options.onProgress?.({ task: "waiting", done: 0, unit: "steps", note });
  return withLock(join(engineDirectory(), "install"), () => provision(options), { onWait });
}

async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const tried: RouteReport[] = [];
  for (const { route, find } of ways(options)) {
    try {
      const build = await find();
      const reason = `TensorFlow ${build.version} (${build.variant}) in ${build.directory}`;
      tried.push({ route, outcome: "picked", reason });
      return { tried, addon: await buildAddon(build, options.native, options) };
    } catch (error) {
      const isFound = tried.at(-1)?.outcome === "picked";
      if (isFound || !(error instanceof SetupError)) throw error;
      tried.push({ route, outcome: "failed", reason: error.problem });
    }
  }
  const reasons = tried.map(({ route, reason }) => `${route}: ${reason}`).join("; ");
  throw new SetupError(
    "installEngine",
    `no TensorFlow could be had (${reasons})`,
    "repair one of these, or set APR_TENSORFLOW to a folder with libtensorflow and its headers",
  );
}

function ways(options: ProvisionOptions): Way[] {
  const { path, isForced, tarballUrl, hasNvidiaDriver, onProgress } = options;
  if (path !== undefined) return [{ route: "path", find: () => inspectTensorFlow(path) }];
  const variants: Variant[] = hasNvidiaDriver ? ["cuda", "cpu"] : ["cpu"];
  const byVariant = variants.flatMap((variant): Way[] => [
    ...(isForced ? [] : [{ route: "cache" as const, find: () => cachedBuild(variant) }]),
    { route: "wheel", find: () => fetchWheel(variant, onProgress) },
  ]);
  return [...byVariant, { route: "tarball", find: () => fetchTarball(tarballUrl, onProgress) }];
}
