import { ValueError } from "@apr-kit/contracts";

/** The classes of files as a text states them: names or numbers, not yet indices. */
export type StatedLabels =
  | { readonly by: "file"; readonly labels: ReadonlyMap<string, string> }
  | { readonly by: "order"; readonly labels: readonly string[] };

/**
 * Reads a list of labels: lines of `file class ...`, or one class a line in the order of the files.
 *
 * Formats: Caffe's val.txt ("ILSVRC2012_val_00000001.JPEG 65", from 0), Tiny ImageNet's val_annotations.txt (tabs;
 * boxes are ignored), Kaggle's LOC_val_solution.csv, and lists of WordNet ids. Files are known by their names
 * without folder and extension.
 *
 * Convention: a list of bare numbers is refused. The development kit of ImageNet has one, and its numbers
 * are not those of classifiers: the kit numbers classes in an order of its own.
 *
 * @throws {ValueError} if a line is of another form, or a file is named twice
 */
export function parseLabels(text: string): StatedLabels {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, fields: line.trim().split(/[\t ,]+/) }))
    .filter(({ number, fields }) => fields[0] !== "" && !isHeading(number, fields));
  const first = lines[0];
  if (first === undefined) throw refused("at least one line", "none");
  if (first.fields.length > 1) return { by: "file", labels: labelsByFile(lines) };
  const labels = lines.map(({ number, fields }) => {
    if (fields.length === 1) return fields[0] as string;
    throw refused("one class in every line", `${fields.length} fields in line ${number}`);
  });
  if (labels.every((label) => /^\d+$/.test(label))) {
    throw refused(
      "names of classes, or lines of file and class",
      "bare numbers, as in the development kit of ImageNet, whose numbers are of an order of their own",
    );
  }
  return { by: "order", labels };
}

/** The name under which a file is looked up: without folder and extension. */
export function fileKey(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

interface Line {
  readonly number: number;
  readonly fields: readonly string[];
}

function labelsByFile(lines: readonly Line[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { number, fields } of lines) {
    const [file, label] = fields;
    if (file === undefined || label === undefined || label === "") {
      throw refused("a file and its class in every line", `line ${number}`);
    }
    const key = fileKey(file);
    const known = labels.get(key);
    if (known !== undefined && known !== label) {
      throw refused("one class for each file", `${known} and ${label} for ${key}`);
    }
    labels.set(key, label);
  }
  return labels;
}

function isHeading(number: number, fields: readonly string[]): boolean {
  return number === 1 && fields[0] === "ImageId";
}

function refused(expected: string, actual: string): ValueError {
  return new ValueError("parseLabels", { expected, actual });
}
