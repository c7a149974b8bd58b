import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { cachedBuild } from "../../src/provision/cachedBuild.ts";
import { fetchWheel } from "../../src/provision/fetchWheel.ts";
import { startChild } from "./startChild.ts";
import { tensorFlowWheel, tree, useWorkshop } from "./workshop.ts";
import { writeWheel } from "./writeWheel.ts";

const workshop = useWorkshop();

const PUBLISHED = [
  "tensorflow-2.21.0-cpu/manifest.json",
  "tensorflow-2.21.0-cpu/tensorflow/include/LICENSE",
  "tensorflow-2.21.0-cpu/tensorflow/include/tensorflow/c/c_api.h",
  "tensorflow-2.21.0-cpu/tensorflow/libtensorflow_cc.so.2",
  "tensorflow-2.21.0-cpu/tensorflow/libtensorflow_framework.so.2",
];

test("fetchWheel publishes libraries, headers, licence and a manifest, and deletes the wheel", async () => {
  workshop().fakePip(tensorFlowWheel(workshop()));
  const build = await fetchWheel("cpu", undefined);
  expect(tree(workshop().engine)).toEqual(PUBLISHED);
  expect(build).toMatchObject({
    directory: join(workshop().engine, "tensorflow-2.21.0-cpu"),
    version: "2.21.0",
    variant: "cpu",
    libraryDirectory: "tensorflow",
    includeDirectory: "tensorflow/include",
    libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  });
  expect(await cachedBuild("cpu")).toEqual(build);
});

test("a wheel of an earlier run is used without asking pip again", async () => {
  const downloads = join(workshop().engine, "downloads", "cpu");
  mkdirSync(downloads, { recursive: true });
  const wheel = tensorFlowWheel(workshop());
  copyFileSync(wheel, join(downloads, basename(wheel)));
  await fetchWheel("cpu", undefined); // there is no python3 on PATH
  expect(tree(workshop().engine)).toEqual(PUBLISHED);
});

test("a wheel of an earlier run that is cut short is fetched again", async () => {
  const downloads = join(workshop().engine, "downloads", "cpu");
  mkdirSync(downloads, { recursive: true });
  const wheel = tensorFlowWheel(workshop());
  copyFileSync(wheel, join(downloads, basename(wheel)));
  truncateSync(join(downloads, basename(wheel)), 200);
  workshop().fakePip(wheel);
  await fetchWheel("cpu", undefined);
  expect(tree(workshop().engine)).toEqual(PUBLISHED);
  expect(workshop().pipCalls()).toHaveLength(1);
});

test("a truncated wheel from pip is refused and nothing stays of it", async () => {
  const wheel = tensorFlowWheel(workshop());
  truncateSync(wheel, 200);
  workshop().fakePip(wheel);
  await expect(fetchWheel("cpu", undefined)).rejects.toThrow(
    /^unpackWheel: tensorflow_cpu-2\.21\.0-.*\.whl is damaged \(/,
  );
  expect(tree(workshop().engine)).toEqual([]);
});

test("a run killed while unpacking is continued from the wheel that it had fetched", async () => {
  workshop().fakePip(tensorFlowWheel(workshop()));
  const child = startChild("stallWhileUnpacking", []);
  await child.said("unpacking");
  child.process.kill("SIGKILL");
  await child.ended;
  const left = tree(workshop().engine);
  expect(left.some((path) => path.startsWith("downloads/cpu/tensorflow_cpu"))).toBe(true);
  expect(left.filter((path) => path.startsWith("tensorflow-"))).toEqual([]);

  await fetchWheel("cpu", undefined);
  expect(tree(workshop().engine)).toEqual(PUBLISHED);
  expect(workshop().pipCalls()).toHaveLength(1);
});

test("the CUDA build takes the libraries that the wheel's metadata asks for", async () => {
  const { folder, engine } = workshop();
  const metadata = [
    "Name: tensorflow",
    "Requires-Dist: numpy>=1.26",
    'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
    'Requires-Dist: nvidia-cuda-nvcc-cu12<13.0; extra == "and-cuda"',
  ].join("\n");
  const tensorFlow = tensorFlowWheel(workshop(), { name: "tensorflow", metadata });
  const cudnn = join(folder, "nvidia_cudnn_cu12-9.5.0-py3-none-any.whl");
  writeWheel(cudnn, "nvidia_cudnn_cu12-9.5.0", {
    "nvidia/cudnn/lib/libcudnn.so.9": "cudnn",
    "nvidia/cudnn/include/cudnn.h": "no",
  });
  const nvcc = join(folder, "nvidia_cuda_nvcc_cu12-12.5.0-py3-none-any.whl");
  writeWheel(nvcc, "nvidia_cuda_nvcc_cu12-12.5.0", {
    "nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc": "bit code",
  });
  workshop().fakePip(tensorFlow, cudnn, nvcc);
  const build = await fetchWheel("cuda", undefined);
  expect(workshop().pipCalls()[1]).toMatch(
    /nvidia-cudnn-cu12<10\.0,>=9\.3\.0\.75 nvidia-cuda-nvcc-cu12<13\.0$/,
  );
  expect(build.variant).toBe("cuda");
  expect(build.cudaLibraries).toEqual(["nvidia/cudnn/lib/libcudnn.so.9"]);
  expect(tree(engine)).toContain("tensorflow-2.21.0-cuda/nvidia/cudnn/lib/libcudnn.so.9");
  expect(tree(engine).filter((path) => path.endsWith("cudnn.h"))).toEqual([]);
});

test("a cache that cannot be written is told before anything is fetched", async () => {
  if (process.getuid?.() === 0) return; // root may write everywhere
  workshop().fakePip(tensorFlowWheel(workshop()));
  mkdirSync(workshop().engine, { recursive: true });
  chmodSync(workshop().engine, 0o500);
  await expect(fetchWheel("cpu", undefined)).rejects.toThrow("no permission");
});

test("libraries keep no execute bit and readable modes", async () => {
  workshop().fakePip(tensorFlowWheel(workshop()));
  const build = await fetchWheel("cpu", undefined);
  const library = join(build.directory, "tensorflow", "libtensorflow_cc.so.2");
  expect(readFileSync(library, "utf8")).toBe("the library");
  expect(statSync(library).mode & 0o444).toBe(0o444);
});
