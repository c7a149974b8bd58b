import { download } from "@apr-kit/cache";

/** Downloads one file. */
const [url, file, sha256] = process.argv.slice(2) as [string, string, string];
const onProgress = ({ done }: { done: number }) => process.stdout.write(`got ${done}\n`);

await download({ urls: [url], file, sha256, onProgress });
process.stdout.write("fetched\n");
