import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import { pack } from "tar-stream";
import { cachedBuild } from "../../src/provision/cachedBuild.ts";
import { fetchTarball } from "../../src/provision/fetchTarball.ts";
import { tree, useWorkshop } from "./workshop.ts";

const workshop = useWorkshop();
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Serves one file to everybody, or 404 without one. */
async function serve(body?: Buffer): Promise<string> {
  const server = createServer((_, answer) => {
    if (body === undefined) answer.writeHead(404).end();
    else answer.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/libtensorflow.tar.gz`;
}

async function tarball(extra: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const tar = pack();
  const files = {
    "./include/tensorflow/c/c_api.h": "// C API",
    "./lib/libtensorflow.so.2.18.0": "main",
    "./lib/libtensorflow_framework.so.2.18.0": "framework",
    "./LICENSE": "Apache",
    ...extra,
  };
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  for (const stem of ["libtensorflow", "libtensorflow_framework"]) {
    const linkname = `${stem}.so.2.18.0`;
    tar.entry({ name: `./lib/${stem}.so.2`, type: "symlink", linkname });
  }
  tar.finalize();
  return gzipSync(await buffer(tar as unknown as AsyncIterable<Uint8Array>));
}

test("fetchTarball publishes the C library with its links and deletes the tarball", async () => {
  const build = await fetchTarball(await serve(await tarball()), undefined);
  expect(tree(workshop().engine)).toEqual(
    [
      "LICENSE",
      "include/tensorflow/c/c_api.h",
      "lib/libtensorflow.so.2",
      "lib/libtensorflow.so.2.18.0",
      "lib/libtensorflow_framework.so.2",
      "lib/libtensorflow_framework.so.2.18.0",
      "manifest.json",
    ].map((path) => `tensorflow-2.18.0-cpu-c/${path}`),
  );
  expect(build).toMatchObject({ version: "2.18.0", variant: "cpu", libraryDirectory: "lib" });
  expect(await cachedBuild("cpu")).toEqual(build);
});

test("a tarball that is cut short is refused and nothing stays", async () => {
  const whole = await tarball();
  const url = await serve(whole.subarray(0, whole.length - 30));
  await expect(fetchTarball(url, undefined)).rejects.toThrow(
    /^fetchTarball: 2\.18\.0-libtensorflow\.tar\.gz is damaged \(unexpected end of file\)/,
  );
  expect(tree(workshop().engine)).toEqual([]);
});

test("a tarball that would write outside its folder is refused", async () => {
  const url = await serve(await tarball({ "../outside": "evil" }));
  await expect(fetchTarball(url, undefined)).rejects.toThrow("it holds the path ../outside");
  expect(tree(workshop().engine)).toEqual([]);
});

test("a missing tarball is told with its address", async () => {
  const url = await serve();
  await expect(fetchTarball(url, undefined)).rejects.toThrow(`${url}: HTTP 404, not found`);
});
