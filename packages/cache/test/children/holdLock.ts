import { withLock } from "@apr-kit/cache";

/** Takes the lock of a path and keeps it for some milliseconds. */
const [path, holdMs] = process.argv.slice(2) as [string, string];
const onWait = () => process.stdout.write("waiting\n");

await withLock(
  path,
  async () => {
    process.stdout.write("holding\n");
    await new Promise((resolve) => setTimeout(resolve, Number(holdMs)));
    process.stdout.write("leaving\n");
  },
  { onWait, staleMs: 2000 },
);
