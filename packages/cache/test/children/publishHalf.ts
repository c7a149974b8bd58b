import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishDirectory } from "@apr-kit/cache";

/** Begins to publish a folder and never ends. */
const [target] = process.argv.slice(2) as [string];

await publishDirectory(target, async (temporary) => {
  await writeFile(join(temporary, "half"), "half");
  process.stdout.write("half\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
