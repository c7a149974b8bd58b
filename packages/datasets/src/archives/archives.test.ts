import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { SetupError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { zipSync } from "fflate";
import { type Header, pack } from "tar-stream";
import { expandGzip } from "./expandGzip.ts";
import { type FileTree, filesBelow } from "./fileTree.ts";
import { openTree } from "./openTree.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-archives-"));
});
afterEach(() => rm(directory, { recursive: true }));

const text = (content: string) => new Uint8Array(Buffer.from(content));
const long = `${"deeper/".repeat(20)}${"n".repeat(120)}.png`; // needs a pax header

async function tarOf(members: readonly (Partial<Header> & { body?: string })[]): Promise<Buffer> {
  const archive = pack();
  for (const { body = "", ...header } of members) archive.entry({ name: "", ...header }, body);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function open(name: string, bytes: Uint8Array): Promise<FileTree> {
  const file = join(directory, name);
  await writeFile(file, bytes);
  return openTree(file);
}

/** A v7 header, as old tars write it, with its checksum. */
function rawHeader(name: string, { size = 0, type = "0" }): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write(`${size.toString(8).padStart(11, "0")} `, 124, "latin1");
  header.write(type, 156, "latin1");
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function block(content: string): Buffer {
  return Buffer.concat([Buffer.from(content)], Math.ceil(content.length / 512) * 512);
}

const endMark = Buffer.alloc(1024);

describe("a tree of files", () => {
  const expected = ["b.png", "a/x.png", "a/inner/y.png"];
  const contents: Record<string, string> = { "a/x.png": "x", "b.png": "bb", "a/inner/y.png": "" };

  async function expectTree(tree: FileTree): Promise<void> {
    expect(await filesBelow(tree, "")).toEqual(expected);
    expect(await tree.children("")).toEqual({ folders: ["a", "empty"], files: ["b.png"] });
    expect(await tree.children("a")).toEqual({ folders: ["inner"], files: ["x.png"] });
    for (const [path, content] of Object.entries(contents)) {
      expect(Buffer.from(await tree.read(path)).toString()).toBe(content);
    }
    await expect(tree.read("a/absent.png")).rejects.toThrow();
  }

  test("of a folder, links followed", async () => {
    await mkdir(join(directory, "tree", "empty"), { recursive: true });
    await mkdir(join(directory, "elsewhere", "inner"), { recursive: true });
    await writeFile(join(directory, "elsewhere", "x.png"), "x");
    await writeFile(join(directory, "elsewhere", "inner", "y.png"), "");
    await writeFile(join(directory, "tree", "b.png"), "bb");
    await symlink(join(directory, "elsewhere"), join(directory, "tree", "a"));
    await expectTree(await openTree(join(directory, "tree")));
  });

  test("of a .tar", async () => {
    const folder = { name: "./empty/", type: "directory" } as const;
    const files = Object.entries(contents).map(([name, body]) => ({ name: `./${name}`, body }));
    await expectTree(await open("tree.tar", await tarOf([folder, ...files])));
  });

  test("of a .zip, stored and deflated", async () => {
    for (const level of [0, 9] as const) {
      const files = Object.entries(contents).map(([name, body]) => [name, text(body)]);
      const zip = zipSync({ ...Object.fromEntries(files), "empty/": text("") }, { level });
      await expectTree(await open(`tree${level}.zip`, zip));
    }
  });

  test("a link that leads back is told from a deep folder", async () => {
    await mkdir(join(directory, "loop"));
    await symlink(join(directory, "loop"), join(directory, "loop", "again"));
    const tree = await openTree(join(directory, "loop"));
    await expect(filesBelow(tree, "")).rejects.toThrow("folders more than 32 deep");
  });

  test("nothing, another file and a packed tar are refused with a remedy", async () => {
    await expect(openTree(join(directory, "no"))).rejects.toThrow("there is nothing at");
    await expect(open("a.txt", text("a"))).rejects.toThrow("is no folder, .tar or .zip; give one");
    await expect(open("a.tar.gz", text("a"))).rejects.toThrow("expand it first");
    await expect(open("a.zip", text("PK, or so"))).rejects.toThrow(SetupError);
  });
});

describe("tarTree", () => {
  test("names of pax, of GNU and of old tars", async () => {
    const paxed = await open("pax.tar", await tarOf([{ name: long, body: "1" }]));
    expect(await filesBelow(paxed, "")).toEqual([long]);
    const bytes = Buffer.concat([
      rawHeader("././@LongLink", { size: long.length, type: "L" }),
      block(long),
      rawHeader("cut", { size: 3 }),
      block("gnu"),
      rawHeader("old.png", { size: 2, type: "\0" }),
      block("v7"),
      endMark,
    ]);
    const gnu = await open("gnu.tar", bytes);
    expect((await gnu.read(long)).toString()).toBe("gnu");
    expect((await gnu.read("old.png")).toString()).toBe("v7");
  });

  test("links and special files are passed over", async () => {
    const tree = await open(
      "links.tar",
      await tarOf([
        { name: "link.png", type: "symlink", linkname: "/etc/passwd" },
        { name: "hard.png", type: "link", linkname: "../../etc/passwd" },
        { name: "pipe.png", type: "fifo" },
        { name: "image.png", body: "i" },
      ]),
    );
    expect(await filesBelow(tree, "")).toEqual(["image.png"]);
  });

  test.each(["../up.png", "/etc/passwd", "a/../../b.png", "C:\\windows.png", "a\\b.png", "c:/x"])(
    "the name %p is refused",
    async (name) => {
      const bytes = Buffer.concat([rawHeader(name, { size: 1 }), block("x"), endMark]);
      await expect(open("unsafe.tar", bytes)).rejects.toThrow("it holds a file of the unsafe name");
    },
  );

  test("a name that comes twice, a size beyond the end and a missing end are refused", async () => {
    const one = Buffer.concat([rawHeader("a.png", { size: 1 }), block("x")]);
    await expect(open("a.tar", Buffer.concat([one, one, endMark]))).rejects.toThrow("a.png twice");
    const liar = Buffer.concat([rawHeader("a.png", { size: 8 ** 10 }), endMark]);
    await expect(open("b.tar", liar)).rejects.toThrow("it ends in the middle of a file");
    await expect(open("c.tar", one)).rejects.toThrow("it ends without an end mark");
    const name = rawHeader("long", { size: 2 ** 17, type: "L" });
    const bomb = Buffer.concat([name, Buffer.alloc(2 ** 17), endMark]);
    await expect(open("d.tar", bomb)).rejects.toThrow("a name of 131072 bytes");
    const damaged = Buffer.concat([one, endMark]);
    damaged[3] = 0x58;
    await expect(open("e.tar", damaged)).rejects.toThrow("a header is damaged");
  });

  test("damaged archives give files within their bounds or a SetupError", async () => {
    const intact = await tarOf([
      { name: "a/x.png", body: "x".repeat(700) },
      { name: long, body: "y" },
      { name: "b.png", body: "z" },
    ]);
    await expectBounded("fuzz.tar", intact);
  });
});

describe("zipTree", () => {
  test.each(["../up.png", "/etc/passwd", "a/../../b.png"])(
    "the name %p is refused",
    async (name) => {
      await expect(open("unsafe.zip", zipSync({ [name]: text("x") }))).rejects.toThrow(SetupError);
    },
  );

  test("a file that inflates beyond its stated size is refused", async () => {
    const zip = Buffer.from(zipSync({ "bomb.png": new Uint8Array(2 ** 20) }, { level: 9 }));
    const directoryAt = zip.indexOf("PK\u0001\u0002", 0, "latin1");
    zip.writeUInt32LE(10, directoryAt + 24); // uncompressed size
    const tree = await open("bomb.zip", zip);
    await expect(tree.read("bomb.png")).rejects.toThrow();
    zip.writeUInt32LE(2 ** 30, directoryAt + 24);
    const large = await open("large.zip", zip);
    await expect(large.read("bomb.png")).rejects.toThrow("it has 1073741824 bytes");
  });

  test("damaged archives give files within their bounds or a SetupError", async () => {
    const intact = zipSync({ "a/x.png": text("x".repeat(700)), "b.png": text("z") });
    await expectBounded("fuzz.zip", intact);
  });
});

async function expectBounded(name: string, intact: Uint8Array): Promise<void> {
  const damage = fc.record({
    at: fc.nat(intact.length - 1),
    byte: fc.nat(255),
    keep: fc.nat(intact.length),
    isCut: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, byte, keep, isCut }) => {
      const bytes = Buffer.from(isCut ? intact.slice(0, keep) : intact);
      if (at < bytes.length) bytes[at] = byte;
      const tree = await open(name, bytes).catch((error: unknown) => error);
      if (tree instanceof Error) return expect(tree).toBeInstanceOf(SetupError);
      for (const path of await filesBelow(tree as FileTree, "")) {
        const reading = (tree as FileTree).read(path);
        const length = await reading.then(
          ({ length }) => length,
          () => 0,
        ); // refused is well, too
        expect(length).toBeLessThan(2000);
      }
    }),
    { numRuns: 150 },
  );
}

describe("expandGzip", () => {
  test("expands, and refuses what is damaged or expands without end", async () => {
    const source = join(directory, "a.tar.gz");
    const target = join(directory, "a.tar");
    await writeFile(source, gzipSync(await tarOf([{ name: "i.png", body: "i" }])));
    await expandGzip(source, target, { maxBytes: 10_000 });
    expect(await filesBelow(await openTree(target), "")).toEqual(["i.png"]);
    await expect(expandGzip(source, join(directory, "b.tar"), { maxBytes: 100 })).rejects.toThrow(
      "expands to more than 100 bytes",
    );
    await expect(openTree(join(directory, "b.tar"))).rejects.toThrow("there is nothing at");
    await writeFile(source, gzipSync(Buffer.alloc(5000)).subarray(0, 20));
    await expect(expandGzip(source, target, { maxBytes: 10_000 })).rejects.toThrow(SetupError);
  });
});
