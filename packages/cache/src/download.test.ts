import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { basename, dirname, join } from "node:path";
import type { Progress } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import { startChild } from "../test/startChild.ts";
import { serve, startServer } from "../test/startServer.ts";
import { temporaryFolder } from "../test/temporaryFolder.ts";
import { type DownloadRequest, download } from "./download.ts";

const data = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, i) => i * 2654435761).buffer);
const sha256 = createHash("sha256").update(data).digest("hex");

/** The request of the tests: quick pauses, a file in a fresh folder. */
function request(urls: string[], extra: Partial<DownloadRequest> = {}): DownloadRequest {
  const file = join(temporaryFolder(), "data.bin");
  return { urls, file, sha256, size: data.length, retries: 2, pauseMs: 1, ...extra };
}

/** Calls `then` as soon as `file` holds `size` bytes. */
function whenWritten(file: string, size: number, then: () => void): void {
  const poll = setInterval(() => {
    if (!existsSync(file) || statSync(file).size < size) return;
    clearInterval(poll);
    then();
  }, 2);
}

function expectOnly(file: string): void {
  expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  expect(readFileSync(file).equals(data)).toBe(true);
}

describe("a good server", () => {
  test("delivers the file, with progress to the end", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const progress: Progress[] = [];
    const wanted = request([server.url], { onProgress: (step) => progress.push(step) });
    await download(wanted);
    expectOnly(wanted.file);
    expect(progress.at(-1)).toEqual({
      task: "downloading data.bin",
      done: data.length,
      total: data.length,
      unit: "bytes",
    });
  });

  test("is not asked again for a file that is there and intact", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const wanted = request([server.url]);
    await download(wanted);
    await download(wanted);
    expect(server.ranges).toEqual([""]);
  });

  test("replaces a file that is there and damaged", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const wanted = request([server.url]);
    writeFileSync(wanted.file, "damaged");
    await download(wanted);
    expectOnly(wanted.file);
  });

  test("may redirect", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const first = await startServer((_, answer) =>
      answer.writeHead(302, { location: server.url }).end(),
    );
    const wanted = request([first.url]);
    await download(wanted);
    expectOnly(wanted.file);
  });
});

describe("an unreliable server", () => {
  test("that cuts the connection is continued where it stopped", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer, 150_000));
    const wanted = request([server.url]);
    await download(wanted);
    expectOnly(wanted.file);
    const starts = server.ranges.map((range) => Number(range.replace(/\D/g, "")));
    expect(starts.length).toBeGreaterThanOrEqual(3);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b)); // it never goes back
    expect(starts.at(-1)).toBeGreaterThan(200_000);
  });

  test("that ignores Range is read from the beginning", async () => {
    const server = await startServer((_, answer, before) => {
      answer.writeHead(200, { "content-length": data.length });
      if (before > 0) {
        answer.end(data);
        return;
      }
      answer.write(data.subarray(0, 1000));
      whenWritten(`${wanted.file}.part`, 1000, () => answer.destroy());
    });
    const wanted = request([server.url]);
    await download(wanted);
    expectOnly(wanted.file);
    expect(server.ranges).toEqual(["", "bytes=1000-"]);
  });

  test("that is busy at first is asked again", async () => {
    const server = await startServer((ask, answer, before) => {
      if (before === 0) answer.writeHead(503).end();
      else serve(data, ask, answer);
    });
    const wanted = request([server.url]);
    await download(wanted);
    expectOnly(wanted.file);
  });

  test("that ends early without a length is found out by the size", async () => {
    const server = await startServer((_, answer, before) => {
      answer.write(before === 0 ? data.subarray(0, 1000) : data); // in chunks, without a length
      answer.end();
    });
    const wanted = request([server.url]);
    await download(wanted);
    expectOnly(wanted.file);
  });

  test("whose file changed since the first part was fetched is read anew", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const wanted = request([server.url]);
    writeFileSync(`${wanted.file}.part`, Buffer.alloc(1000, 7));
    await download(wanted);
    expectOnly(wanted.file);
    expect(server.ranges).toEqual(["bytes=1000-", ""]);
  });
});

describe("a hopeless server", () => {
  async function failure(wanted: DownloadRequest): Promise<string> {
    const error = await download(wanted).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: "SetupError" });
    expect(existsSync(wanted.file)).toBe(false);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }

  test("is checked against an MD5 sum where there is no better", async () => {
    const server = await startServer((_, answer) => answer.end(data));
    const { sha256: _, ...wanted } = request([server.url]);
    await download({ ...wanted, md5: createHash("md5").update(data).digest("hex") });
    expectOnly(wanted.file);
    const other = { ...wanted, file: `${wanted.file}2`, md5: "0".repeat(32) };
    expect(await failure(other)).toMatch(
      /wrong checksum, md5 [0-9a-f]{12}… for 0{12}….*\(md5 0{32}\)/,
    );
  });

  test("with another file is refused, and nothing stays", async () => {
    const server = await startServer((_, answer) => answer.end(Buffer.alloc(data.length)));
    const wanted = request([server.url]);
    expect(await failure(wanted)).toMatch(/wrong checksum, sha256 [0-9a-f]{12}… for [0-9a-f]{12}…/);
    expect(readdirSync(dirname(wanted.file))).toEqual([]);
    expect(server.ranges).toEqual([""]);
  });

  const page = "<!DOCTYPE html><p>Log in</p>";
  const pages: [string, (answer: ServerResponse) => void][] = [
    ["by its type", (answer) => answer.setHeader("content-type", "text/html").write(page)],
    ["by its first bytes", (answer) => answer.write(page)],
  ];
  test.each(pages)("with a web page instead of data is found out %s", async (_, write) => {
    const server = await startServer((_, answer) => {
      write(answer);
      answer.end();
    });
    const wanted = request([server.url]);
    const { size: _size, ...withoutSize } = wanted;
    expect(await failure(withoutSize)).toContain(`${server.url}: the server sent a web page)`);
    expect(await failure(wanted)).toContain(`${server.url}: the server sent a web page)`);
    expect(readdirSync(dirname(wanted.file))).toEqual([]);
    expect(server.ranges).toEqual(["", ""]);
  });

  test("with a file of another size is refused before a byte is kept", async () => {
    const server = await startServer((_, answer) => answer.end("short"));
    const wanted = request([server.url]);
    expect(await failure(wanted)).toContain(`wrong size, 5 for ${data.length} bytes`);
    expect(readdirSync(dirname(wanted.file))).toEqual([]);
    expect(server.ranges).toEqual([""]);
  });

  test("with a missing file is told by its status and how to help oneself", async () => {
    const server = await startServer((_, answer) => answer.writeHead(404).end());
    const wanted = request([server.url]);
    expect(await failure(wanted)).toBe(
      `download: could not get data.bin (${server.url}: HTTP 404, not found); try again later, ` +
        `or fetch it by other means and place it at ${wanted.file} (sha256 ${sha256})`,
    );
    expect(server.ranges).toEqual([""]);
  });

  test("gives way to the next mirror", async () => {
    const bad = await startServer((_, answer) => answer.writeHead(403).end());
    const good = await startServer((ask, answer) => serve(data, ask, answer));
    const wanted = request([bad.url, good.url]);
    await download(wanted);
    expectOnly(wanted.file);
  });

  test("that does not exist is told for each mirror", async () => {
    const server = await startServer((_, answer) => answer.writeHead(403).end());
    const wanted = request(["http://127.0.0.1:1/x", server.url, "nonsense"]);
    const message = await failure(wanted);
    expect(message).toContain("http://127.0.0.1:1/x: connection refused");
    expect(message).toContain(`${server.url}: HTTP 403, access refused`);
    expect(message).toContain("nonsense: not a web address");
  });
});

describe("the disk", () => {
  test("when full is told with what to do", async () => {
    const server = await startServer((ask, answer) => serve(data, ask, answer));
    const wanted = request([server.url]);
    const { symlinkSync } = await import("node:fs");
    symlinkSync("/dev/full", `${wanted.file}.part`);
    await expect(download(wanted)).rejects.toThrow(
      `download: cannot write ${wanted.file}.part: the disk is full; ` +
        "free some space, or set APR_CACHE to a folder on a larger disk",
    );
  });

  test("with a file where the cache should be is told with what to do", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const wanted = { ...request(["http://127.0.0.1:1/x"]), file: join(file, "data.bin") };
    await expect(download(wanted)).rejects.toThrow("a part of the path is a file");
  });
});

describe("several processes", () => {
  test("that want one file at once fetch it once", async () => {
    const server = await startServer((ask, answer) => {
      setTimeout(() => serve(data, ask, answer), 300);
    });
    const { file } = request([]);
    const children = [1, 2].map(() => startChild("fetchFile", [server.url, file, sha256]));
    for (const child of children) expect(await child.ended).toContain("fetched");
    expect(server.ranges).toEqual([""]);
    expectOnly(file);
  });

  test("continue what a killed one began", async () => {
    let isFirst = true;
    const server = await startServer((ask, answer) => {
      if (!isFirst) return serve(data, ask, answer);
      isFirst = false;
      answer.writeHead(200, { "content-length": data.length }).write(data.subarray(0, 200_000));
    });
    const { file } = request([]);
    mkdirSync(dirname(file), { recursive: true });
    const child = startChild("fetchFile", [server.url, file, sha256]);
    await child.said("got 200000");
    child.process.kill("SIGKILL");
    await child.ended;
    await download({ urls: [server.url], file, sha256 }); // waits until the dead lock is stale
    expectOnly(file);
    expect(server.ranges[1]).toMatch(/^bytes=\d{4,}-$/);
  }, 20_000);
});
