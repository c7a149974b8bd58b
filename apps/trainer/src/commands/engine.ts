import { Command } from "commander";
import { createBars } from "../terminal/bars.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { engineOption, jsonOption, threadsOption } from "./options.ts";

/** `apr engine install | info | check`. */
export function engineCommand(): Command {
  return new Command("engine")
    .description("get, show or check the engine that computes")
    .addCommand(installCommand())
    .addCommand(infoCommand())
    .addCommand(checkCommand());
}

function installCommand(): Command {
  return new Command("install")
    .description("find or fetch TensorFlow, and build the addon that binds it (once a machine)")
    .option("--path <directory>", "a folder with TensorFlow's shared libraries and C headers")
    .option("--force", "fetch and build again even if the cache has it", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Tried in this order: --path or $APR_TENSORFLOW, the cache, TensorFlow's wheel through pip, the C tarball.
Where none works, training runs on the wasm engine: slower, same results within float32 tolerance.

Examples:
  $ apr engine install
  $ apr engine install --path /opt/tensorflow --json`,
    )
    .action(async ({ path, force, json }) => {
      const { installEngine } = await import("@apr-kit/engine");
      const bars = createBars();
      const options = {
        force,
        onProgress: bars.onProgress,
        ...(path === undefined ? {} : { path }),
      };
      const report = await installEngine(options);
      bars.stop();
      if (json) return printJson(report);
      for (const { route, outcome, reason } of report.tried)
        printLine(`${outcome} ${route}: ${reason}`);
    });
}

function infoCommand(): Command {
  return new Command("info")
    .description("start the engine and say which one it is, and why not a better one")
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(async ({ engine, threads, json }) => {
      const { startEngine } = await import("@apr-kit/engine");
      const info = await startEngine({ engine, ...(threads === undefined ? {} : { threads }) });
      if (json) return printJson(info);
      printLine(`engine   ${info.engine} ${info.version}`);
      printLine(`threads  ${info.threads}`);
      printLine(`devices  ${info.devices.join(", ")}`);
      printLine(`source   ${info.source}`);
      for (const { engine: name, reason } of info.tried) printLine(`not ${name}: ${reason}`);
    });
}

function checkCommand(): Command {
  return new Command("check")
    .description("run operations with known results, and hash the installed files")
    .addOption(engineOption())
    .addOption(jsonOption())
    .action(async ({ engine, json }) => {
      const { checkEngine, startEngine } = await import("@apr-kit/engine");
      await startEngine({ engine });
      const report = await checkEngine();
      if (!report.isGood) process.exitCode = 1;
      if (json) return printJson(report);
      printLine(`${report.engine.engine} ${report.engine.version}`);
      for (const { name, isGood, detail } of report.checks) {
        printLine(`${isGood ? "ok    " : "FAILED"} ${name}: ${detail}`);
      }
    });
}
