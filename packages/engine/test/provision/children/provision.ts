import type { Progress } from "@apr-kit/contracts";
import { provisionEngine } from "../../../src/provision/provisionEngine.ts";

/** Installs an engine from the addon sources that are named. */
const [native] = process.argv.slice(2) as [string];
const onProgress = ({ task, note }: Progress) => process.stdout.write(`${task} ${note ?? ""}\n`);

const { addon, tried } = await provisionEngine({
  path: undefined,
  isForced: false,
  native,
  tarballUrl: undefined,
  hasNvidiaDriver: false,
  onProgress,
});
process.stdout.write(`ready by ${tried.at(-1)?.route}: ${addon.file}\n`);
