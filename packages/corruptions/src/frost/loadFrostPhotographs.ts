import { SetupError } from "@apr-kit/contracts";
import type { FrostPhotograph, FrostPhotographs } from "./frostPhotograph.ts";

const REMEDY =
  "copy frost1.png, frost2.png, frost3.png, frost4.jpg and frost5.jpg of the ImageNet-C generator " +
  '(hendrycks/robustness, ImageNet-C/create_c) into one directory and name it, or ask for frost: "procedural"';

/**
 * Decodes the five photographs of the ImageNet-C generator from a directory of the user's.
 *
 * @param directory holds frost1.png, frost2.png, frost3.png, frost4.jpg, frost5.jpg; frost6.jpg is
 *                  never drawn by the reference and not read
 *
 * Convention: RGB; opacity is dropped. The photographs do not come with this package, because their
 *             origin is not stated.
 *
 * @throws {SetupError} naming the first photograph that is missing or cannot be decoded
 */
export async function loadFrostPhotographs(directory: string): Promise<FrostPhotographs> {
  // One after another, so that the first that is missing is the one named.
  return [
    await loadPhotograph(`${directory}/frost1.png`),
    await loadPhotograph(`${directory}/frost2.png`),
    await loadPhotograph(`${directory}/frost3.png`),
    await loadPhotograph(`${directory}/frost4.jpg`),
    await loadPhotograph(`${directory}/frost5.jpg`),
  ];
}

async function loadPhotograph(file: string): Promise<FrostPhotograph> {
  const { default: sharp } = await import("sharp");
  try {
    const decoded = sharp(file).toColourspace("srgb").removeAlpha().raw();
    const { data, info } = await decoded.toBuffer({ resolveWithObject: true });
    return { data, height: info.height, width: info.width };
  } catch (cause) {
    const problem = `cannot read the photograph ${file}`;
    throw new SetupError("loadFrostPhotographs", problem, REMEDY, { cause });
  }
}
