import { Command, CommanderError } from "commander";
import { devicesCommand } from "./commands/devices.ts";
import { initCommand } from "./commands/init.ts";
import { probeCommand } from "./commands/probe.ts";
import { scaleCommand } from "./commands/scale.ts";
import { studyCommand } from "./commands/study.ts";
import { mcpCommand } from "./commands/serving/mcp.ts";
import { tuneCommand } from "./commands/tune.ts";
import { launchCommand } from "./launch/launch-command.ts";
import { reportError } from "./report-error.ts";
import { packageVersion } from "./version.ts";
import { visible } from "./visible.ts";

const BEGINNING = `
Begin with:
  hpo init ts            write a starter study, study.ts (python: study.yaml and train.py)
  hpo study run study.ts run it; run it again to go on
  hpo study show NAME    look at what it found

Of your own script, in any language, without a file:
  hpo tune "python train.py --lr {lr:1e-5..1:log}" --minimize val_loss --trials 30`;

/**
 * Runs the command line that these words are.
 * @returns the exit code: 0; 1 if what was asked for failed; 2 if it was asked for wrongly
 */
export async function runCli(words: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    // commander has printed its own errors; help and version are no errors.
    return error instanceof CommanderError ? usageExit(error) : reportError(error);
  }
  return Number(process.exitCode ?? 0);
}

/** The commands. Only what reads the command line is loaded here; each loads the rest as it runs. */
export function createProgram(): Command {
  const program = new Command("hpo")
    .description("Hyperparameter optimisation for people who train models.")
    .version(packageVersion())
    .showHelpAfterError("(--help shows what there is)")
    .addCommand(tuneCommand())
    .addCommand(studyCommand())
    .addCommand(launchCommand())
    .addCommand(probeCommand())
    .addCommand(scaleCommand())
    .addCommand(devicesCommand())
    .addCommand(initCommand())
    .addCommand(mcpCommand())
    .addHelpText("after", BEGINNING);
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({
      writeErr: (text) => void process.stderr.write(visible(text)),
    });
  }
  return program;
}

const usageExit = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : 2);

export const allCommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(allCommands),
];
