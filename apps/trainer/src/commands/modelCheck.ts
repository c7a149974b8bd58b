import { Command } from "commander";
import type { Distances, ModelCheck } from "../models/checkModel.ts";
import { CliError } from "../terminal/cliError.ts";
import { printJson, printLine, printTable } from "../terminal/output.ts";
import { engineOption, jsonOption, nonNegativeInteger, threadsOption } from "./options.ts";

/** `apr model check`: parity with a PyTorch, where one is installed. */
export function modelCheckCommand(): Command {
  return new Command("check")
    .description(
      "compare logits and gradients of full-size networks with a PyTorch on this machine",
    )
    .argument("[names...]", "architectures (default: all)")
    .option("--python <path>", "a Python that has torch and numpy", "python3")
    .option("--seed <n>", "of weights and images", nonNegativeInteger, 1)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Numbers are differences from PyTorch's float64 as fractions: of logits the largest, of all gradients together
the length, of the worst gradient the largest element; each is held to 1e-4, the last to four times what
PyTorch's own float32 is off, if that is more; those stand beside ours. A gradient jumps where an input of ReLU crosses 0, so offsets of batch norms are moved until none
lies within rounding of it. Without a PyTorch there is nothing to compare with: it says so and ends well.

Examples:
  $ apr model check
  $ apr model check resnet18 allconv --python ~/venv/bin/python --engine wasm
  $ apr model check resnet50 --json`,
    )
    .action(async (names: string[], { python, seed, engine, threads, json }) => {
      const { modelNames, createModel } = await import("@apr-kit/models");
      for (const name of names) createModel(name); // refuses what it does not know
      const { findPyTorch } = await import("../models/pyTorch.ts");
      const found = await findPyTorch(python);
      if ("reason" in found) {
        if (json) return printJson({ pyTorch: null, reason: found.reason, checks: [] });
        printLine(`skipped: ${python} has no PyTorch to compare with (${found.reason})`);
        return printLine(
          "--python <path> names one that has; parity at small widths is in the tests",
        );
      }
      const { startEngine } = await import("@apr-kit/engine");
      const info = await startEngine({ engine, ...(threads === undefined ? {} : { threads }) });
      const { checkModel } = await import("../models/checkModel.ts");
      const checks: ModelCheck[] = [];
      for (const name of names.length > 0 ? names : modelNames) {
        if (!json) process.stderr.write(`${name} ...\n`);
        checks.push(await checkModel(name, { python, seed }));
      }
      if (json) printJson({ pyTorch: found.version, engine: info.engine, checks });
      else printChecks(checks, `PyTorch ${found.version}, engine ${info.engine}`);
      const failed = checks.filter(({ isOk }) => !isOk).map(({ name }) => name);
      if (failed.length === 0) return;
      throw new CliError("PARITY", `${failed.join(", ")} differ from PyTorch`, 1);
    });
}

function printChecks(checks: readonly ModelCheck[], title: string): void {
  const cells = ({ logits, trainingLogits, gradients, worstGradient }: Distances): string[] =>
    [logits, trainingLogits, gradients, worstGradient.apart].map((it) => it.toExponential(1));
  printTable(
    ["model", "logits", "in training", "gradients", "worst", "float32's", "", "", "", ""],
    checks.map(({ name, ours, float32, isOk }) => [
      name,
      ...cells(ours),
      ...cells(float32),
      isOk ? "ok" : "DIFFERS",
    ]),
    ["left", ...Array<"right">(8).fill("right"), "left"],
  );
  printLine(title);
}
