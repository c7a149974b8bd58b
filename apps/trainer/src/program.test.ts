import { expect, test } from "@jest/globals";
import type { Command } from "commander";
import { createProgram } from "./program.ts";

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

test("every command that does something has a description and --json", () => {
  for (const command of everyCommand(createProgram())) {
    expect(command.description()).not.toBe("");
    if (command.commands.length > 0) continue;
    expect(command.options.map(({ long }) => long)).toContain("--json");
  }
});

test("commands refuse numbers that are none", async () => {
  const program = createProgram().exitOverride();
  for (const command of everyCommand(program))
    command.exitOverride().configureOutput({ writeErr() {} });
  const parse = program.parseAsync(["quickstart", "--steps", "1.5"], { from: "user" });
  await expect(parse).rejects.toThrow(/expected an integer of at least 1, got "1.5"/);
});
