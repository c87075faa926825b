#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { devicesCommand } from "./commands/devices.ts";
import { initCommand } from "./commands/init.ts";
import { probeCommand } from "./commands/probe.ts";
import { scaleCommand } from "./commands/scale.ts";
import { studyCommand } from "./commands/study.ts";
import { reportError } from "./report-error.ts";

// Only what parses the command line is loaded here; a command loads the rest when it runs.
const { version } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as { version: string };

const program = new Command("hpo")
  .description("Hyperparameter optimisation for people who train models.")
  .version(version)
  .showHelpAfterError("(--help shows what there is)")
  .addCommand(studyCommand())
  .addCommand(probeCommand())
  .addCommand(scaleCommand())
  .addCommand(devicesCommand())
  .addCommand(initCommand());
program.addHelpText(
  "after",
  `
Begin with:
  hpo init ts            write a starter study, study.ts (python: study.yaml and train.py)
  hpo study run study.ts run it; run it again to go on
  hpo study show NAME    look at what it found

Of your own script in any language: hpo study check study.yaml tries one trial`,
);
// A pipe that was closed, as by `| head`, wants no more: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
for (const command of allCommands(program)) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its own errors; help and version are no errors.
  process.exitCode = error instanceof CommanderError ? usageExit(error) : reportError(error);
}

function usageExit({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : 2;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => allCommands(child))];
}
