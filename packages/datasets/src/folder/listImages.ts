import { SetupError } from "@apr-kit/contracts";
import { type FileTree, filesBelow, joined } from "../archives/fileTree.ts";
import { fileKey, parseLabels } from "./parseLabels.ts";

/** Image files and the class of each. */
export interface LabelledFiles {
  /** Paths in the tree. */
  readonly files: readonly string[];
  /** [files], class indices. */
  readonly labels: Uint16Array;
  /** Class names by class index. */
  readonly classes: readonly string[];
}

export interface ListOptions {
  /** Where in the tree the images are; default its root. */
  readonly folder?: string;
  /** Class names by index, of which the folders may be some; default the folders' names in order. */
  readonly classes?: readonly string[];
  /** Accept class folders without an image; default false. */
  readonly allowEmpty?: boolean;
}

/** What torchvision takes for images, as far as `decodeImage` reads it. */
const EXTENSION = /\.(jpe?g|png|webp)$/i;
const MAX_CLASSES = 2 ** 16;

/**
 * Lists images whose classes are the names of the folders that they are in, as torchvision's ImageFolder does.
 *
 * Convention: classes in the order of their names (code units), files within a class in the order of their paths,
 * folders inside class folders included, whatever order the file system has. Other files are passed over, as are
 * those that macOS leaves ("._name").
 *
 * @throws {SetupError} if there is no class folder, one is empty, or one is no class of `classes`
 */
export async function listClassFolders(
  tree: FileTree,
  { folder = "", classes, allowEmpty = false }: ListOptions,
): Promise<LabelledFiles> {
  const where = placeOf(tree, folder);
  const { folders } = await tree.children(folder);
  if (folders.length === 0) {
    throw trouble(`${where} has no class folders`, "give the folder that holds one folder a class");
  }
  const names = classes ?? folders;
  if (names.length > MAX_CLASSES) throw trouble(`${where} has ${names.length} classes`, "split it");
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const lists = await Promise.all(
    folders.map(async (name) => (await filesBelow(tree, joined(folder, name))).filter(isImage)),
  );
  const files: string[] = [];
  const labels: number[] = [];
  for (const [position, name] of folders.entries()) {
    const index = indexOf.get(name);
    const own = lists[position] as readonly string[];
    if (index === undefined) {
      throw trouble(`${where}/${name} is none of the ${names.length} classes`, "remove it");
    }
    if (own.length === 0 && !allowEmpty) {
      throw trouble(`${where}/${name} holds no image`, "remove the folder or fill it");
    }
    for (const path of inPathOrder(own)) {
      files.push(path);
      labels.push(index);
    }
  }
  return { files, labels: Uint16Array.from(labels), classes: names };
}

/**
 * Lists the images of one folder, with their classes from a text that {@link parseLabels} reads.
 *
 * @param options.labels the text; without it every image has class 0 of the single class "image"
 *
 * Convention: files in the order of their paths; a class that is stated as a number is an index, from 0.
 *
 * @throws {SetupError} if there is no image, or one has no class
 * @throws {ValueError} if the text cannot be read
 */
export async function listFlatFolder(
  tree: FileTree,
  { folder = "", classes, labels: text }: ListOptions & { readonly labels?: string },
): Promise<LabelledFiles> {
  const files = inPathOrder((await filesBelow(tree, folder)).filter(isImage));
  const where = placeOf(tree, folder);
  if (files.length === 0) {
    throw trouble(`${where} holds no image`, "give the folder of the images");
  }
  if (text === undefined) {
    return { files, labels: new Uint16Array(files.length), classes: ["image"] };
  }
  const stated = statedFor(files, text, where);
  const names = classes ?? namesOf(stated);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const labels = stated.map((label, position) => {
    const index = indexOf.get(label) ?? (/^\d+$/.test(label) ? Number(label) : undefined);
    if (index !== undefined && index < names.length) return index;
    const file = files[position] as string;
    throw trouble(`${file} is of class ${label}, none of the ${names.length}`, "check the list");
  });
  return { files, labels: Uint16Array.from(labels), classes: names };
}

/** The class of every file, as the text has it. */
function statedFor(files: readonly string[], text: string, where: string): readonly string[] {
  const stated = parseLabels(text);
  if (stated.by === "order") {
    if (stated.labels.length === files.length) return stated.labels;
    const counts = `${stated.labels.length} labels for ${files.length} images`;
    throw trouble(`${where} has ${counts}`, "a list without file names must fit exactly");
  }
  return files.map((file) => {
    const label = stated.labels.get(fileKey(file));
    if (label === undefined)
      throw trouble(`${where}: ${file} is not in the list of labels`, "add it");
    return label;
  });
}

/** Names in order; numbers stand for themselves, from 0 to the largest. */
function namesOf(stated: readonly string[]): readonly string[] {
  if (!stated.every((label) => /^\d{1,5}$/.test(label))) return [...new Set(stated)].sort();
  const largest = stated.reduce((most, label) => Math.max(most, Number(label)), 0);
  return Array.from({ length: largest + 1 }, (_, index) => `${index}`);
}

/** By folder, then by name: what os.walk gives when it is sorted. */
function inPathOrder(paths: readonly string[]): readonly string[] {
  const keys = paths.map((path) => {
    const slash = path.lastIndexOf("/");
    return { path, folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
  });
  keys.sort((a, b) => compare(a.folder, b.folder) || compare(a.name, b.name));
  return keys.map(({ path }) => path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a path is called as an image is. */
export function isImage(path: string): boolean {
  return EXTENSION.test(path) && !path.slice(path.lastIndexOf("/") + 1).startsWith("._");
}

function placeOf(tree: FileTree, folder: string): string {
  return folder === "" ? tree.place : `${tree.place}/${folder}`;
}

function trouble(problem: string, remedy: string): SetupError {
  return new SetupError("datasets", problem, remedy);
}
