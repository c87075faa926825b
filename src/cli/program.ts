import type { Command } from "commander";
import { devicesCommand } from "./commands/devices.ts";
import { initCommand } from "./commands/init.ts";
import { probeCommand } from "./commands/probe.ts";
import { scaleCommand } from "./commands/scale.ts";
import { studyCommand } from "./commands/study.ts";
import { mcpCommand } from "./commands/serving/mcp.ts";
import { tuneCommand } from "./commands/tune.ts";
import { launchCommand } from "./launch/launch-command.ts";
import { rootCommand, runWords, withErrors } from "./root-command.ts";

const BEGINNING = `
Begin with:
  hpo init ts            write a starter study, study.ts (python: study.yaml and train.py)
  hpo study run study.ts run it; run it again to go on
  hpo study show NAME    look at what it found

Of your own script, in any language, without a file:
  hpo tune "python train.py --lr {lr:1e-5..1:log}" --minimize val_loss --trials 30`;

/** Runs the command line that these words are. @returns the exit code, as `runWords` */
export const runCli = (words: readonly string[]): Promise<number> =>
  runWords(createProgram(), words);

/** The commands. Only what reads the command line is loaded here; each loads the rest as it runs. */
export const createProgram = (): Command =>
  withErrors(
    rootCommand()
      .addCommand(tuneCommand())
      .addCommand(studyCommand())
      .addCommand(launchCommand())
      .addCommand(probeCommand())
      .addCommand(scaleCommand())
      .addCommand(devicesCommand())
      .addCommand(initCommand())
      .addCommand(mcpCommand())
      .addHelpText("after", BEGINNING),
  );
