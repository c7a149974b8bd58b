import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildAddon } from "../../src/provision/buildAddon.ts";
import { fetchWheel } from "../../src/provision/fetchWheel.ts";
import { findProgram } from "../../src/provision/findProgram.ts";
import { provisionEngine } from "../../src/provision/provisionEngine.ts";
import { startChild } from "./startChild.ts";
import { tensorFlowWheel, tinyNative, tree, useWorkshop } from "./workshop.ts";

const workshop = useWorkshop();

const tools = await Promise.all(
  [["g++", "c++", "clang++"], ["make", "gmake"], ["python3"]].map(findProgram),
);
/** For tests that compile; skipped on a machine without compiler, make or python3. */
const compiling = tools.every((tool) => tool !== undefined) ? test : test.skip;

function options() {
  return {
    path: undefined,
    isForced: false,
    native: tinyNative(workshop()),
    tarballUrl: undefined,
    hasNvidiaDriver: false,
    onProgress: undefined,
  };
}

test("when every way fails, each reason is in the one line", async () => {
  await expect(provisionEngine(options())).rejects.toThrow(
    `installEngine: no TensorFlow could be had (cache: no cpu build in ${workshop().engine}; ` +
      "wheel: no python3 on PATH; " +
      `tarball: there is none for ${process.platform} ${process.arch}); repair one of these, ` +
      "or set APR_TENSORFLOW to a folder with libtensorflow and its headers",
  );
});

test("a machine without tools is told which ones are missing", async () => {
  workshop().fakePip(tensorFlowWheel(workshop()));
  await expect(provisionEngine(options())).rejects.toThrow(
    "buildAddon: the addon cannot be compiled: no C++ compiler (g++), no make on PATH; install " +
      "what is missing (Debian, Ubuntu: apt install build-essential python3; Fedora: dnf install " +
      "gcc-c++ make python3; macOS: xcode-select --install) and run `apr engine install` again",
  );
  const left = tree(workshop().engine).map((path) => path.split("/")[0]);
  expect(new Set(left)).toEqual(new Set(["tensorflow-2.21.0-cpu"]));
});

compiling(
  "two processes that install at once fetch and compile once, and the second says it waits",
  async () => {
    await workshop().useSystemPrograms();
    workshop().fakePip(tensorFlowWheel(workshop()));
    const native = tinyNative(workshop());
    chmodSync(native, 0o555); // as in a read-only node_modules
    const children = [1, 2].map(() => startChild("provision", [native]));
    const outputs = await Promise.all(children.map(({ ended }) => ended));
    chmodSync(native, 0o755);
    expect(workshop().pipCalls()).toHaveLength(1);
    const all = outputs.join("");
    expect(all.match(/another process holds/g)).toHaveLength(1);
    expect(all).toContain("ready by wheel");
    expect(all).toContain("ready by cache");
    expect(all.match(/compiling the addon/g)).toHaveLength(2); // its begin and its end
    expect(outputs.every((output) => output.includes("tensorflow.node"))).toBe(true);
  },
  30_000,
);

compiling(
  "a damaged library and a damaged addon are repaired, saying so",
  async () => {
    await workshop().useSystemPrograms();
    workshop().fakePip(tensorFlowWheel(workshop()));
    const first = await provisionEngine(options());
    const { tensorFlow, file } = first.addon;
    appendFileSync(join(tensorFlow.directory, "tensorflow", "libtensorflow_cc.so.2"), "x");
    const good = readFileSync(file);
    writeFileSync(file, Buffer.from(good).fill(0));

    const second = await provisionEngine(options());
    expect(second.tried).toEqual([
      {
        route: "cache",
        outcome: "failed",
        reason: "tensorflow-2.21.0-cpu is damaged: libtensorflow_cc.so.2 has 12 bytes for 11",
      },
      {
        route: "wheel",
        outcome: "picked",
        reason: `TensorFlow 2.21.0 (cpu) in ${tensorFlow.directory}`,
      },
    ]);
    expect(readFileSync(second.addon.file).equals(good)).toBe(true);
  },
  30_000,
);

compiling(
  "a source that does not compile is told by the compiler's line, and nothing stays",
  async () => {
    await workshop().useSystemPrograms();
    workshop().fakePip(tensorFlowWheel(workshop()));
    const native = tinyNative(workshop());
    writeFileSync(join(native, "tiny.c"), "#error missing thing\n");
    const build = await fetchWheel("cpu", undefined);
    await expect(buildAddon(build, native)).rejects.toThrow(
      /^buildAddon: compiling the addon failed \(.*#error missing thing\)/,
    );
    expect(tree(workshop().engine).filter((path) => path.includes("addon"))).toEqual([]);
  },
  30_000,
);

compiling(
  "a folder that the user names is used as it is, and no other way is tried",
  async () => {
    await workshop().useSystemPrograms();
    workshop().fakePip(tensorFlowWheel(workshop()));
    const { directory } = await fetchWheel("cpu", undefined);
    const path = join(directory, "tensorflow");
    const { addon, tried } = await provisionEngine({ ...options(), path });
    expect(tried.map(({ route, outcome }) => `${route} ${outcome}`)).toEqual(["path picked"]);
    expect(addon.tensorFlow.directory).toBe(path);
    expect(basename(dirname(addon.file))).toMatch(/^addon-[0-9a-f]{12}-[0-9a-f]{12}$/);

    rmSync(directory, { recursive: true });
    await expect(provisionEngine({ ...options(), path })).rejects.toThrow(
      `no TensorFlow could be had (path: ${path} holds no libtensorflow(_cc).so.2 with`,
    );
  },
  30_000,
);
