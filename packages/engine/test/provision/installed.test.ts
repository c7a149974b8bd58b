import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cachedBuild } from "../../src/provision/cachedBuild.ts";
import { fetchWheel } from "../../src/provision/fetchWheel.ts";
import { inspectTensorFlow } from "../../src/provision/inspectTensorFlow.ts";
import { tensorFlowWheel, useWorkshop } from "./workshop.ts";

const workshop = useWorkshop();

describe("cachedBuild", () => {
  test("says which folder holds none", async () => {
    const message = `no cpu build in ${workshop().engine}`;
    await expect(cachedBuild("cpu")).rejects.toMatchObject({ problem: message });
  });

  test("finds a library whose size changed, and one whose bytes changed", async () => {
    workshop().fakePip(tensorFlowWheel(workshop()));
    const { directory } = await fetchWheel("cpu", undefined);
    const library = join(directory, "tensorflow", "libtensorflow_cc.so.2");
    const bytes = readFileSync(library);
    writeFileSync(library, Buffer.from(bytes).fill(0));
    await expect(cachedBuild("cpu")).rejects.toMatchObject({
      problem: "tensorflow-2.21.0-cpu is damaged: tensorflow/libtensorflow_cc.so.2 has changed",
    });
    appendFileSync(library, "x");
    await expect(cachedBuild("cpu")).rejects.toMatchObject({
      problem: "tensorflow-2.21.0-cpu is damaged: libtensorflow_cc.so.2 has 12 bytes for 11",
    });
  });
});

describe("inspectTensorFlow", () => {
  function makeTarballLayout(): string {
    const root = join(workshop().folder, "libtensorflow");
    mkdirSync(join(root, "lib"), { recursive: true });
    mkdirSync(join(root, "include", "tensorflow", "c"), { recursive: true });
    writeFileSync(join(root, "lib", "libtensorflow.so.2.18.0"), "main");
    writeFileSync(join(root, "lib", "libtensorflow_framework.so.2.18.0"), "framework");
    symlinkSync("libtensorflow.so.2.18.0", join(root, "lib", "libtensorflow.so.2"));
    symlinkSync(
      "libtensorflow_framework.so.2.18.0",
      join(root, "lib", "libtensorflow_framework.so.2"),
    );
    return root;
  }

  test("reads the C tarball's layout and its version from the file names", async () => {
    const root = makeTarballLayout();
    writeFileSync(join(root, "include", "tensorflow", "c", "c_api.h"), "");
    expect(await inspectTensorFlow(root)).toMatchObject({
      directory: root,
      version: "2.18.0",
      variant: "cpu",
      libraryDirectory: "lib",
      includeDirectory: "include",
      libraries: ["libtensorflow.so.2", "libtensorflow_framework.so.2"],
    });
  });

  test("misses headers and libraries with what to name instead", async () => {
    const root = makeTarballLayout();
    await expect(inspectTensorFlow(root)).rejects.toThrow(
      `inspectTensorFlow: ${root} has libraries but no include/tensorflow/c/c_api.h; name a folder ` +
        "with headers too, such as site-packages/tensorflow or the unpacked C tarball",
    );
    const empty = workshop().programs;
    await expect(inspectTensorFlow(empty)).rejects.toThrow(
      `inspectTensorFlow: ${empty} holds no libtensorflow(_cc).so.2 with ` +
        "libtensorflow_framework.so.2; name a folder such as site-packages/tensorflow or the " +
        "unpacked C tarball",
    );
  });
});
