/** @file `npm start`: set up, then train the standard and the APR-SP network on CIFAR-10 and compare them. */
import { run, setUp } from "./setup.mjs";

const env = setUp();
run(
  "pnpm",
  ["--silent", "apr", "quickstart", ...process.argv.slice(2)],
  env,
  "the quick start did not finish",
);
