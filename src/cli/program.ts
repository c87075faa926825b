import type { Command } from "commander";
import { devicesCommand } from "./commands/devices.ts";
import { initCommand } from "./commands/init.ts";
import { probeCommand } from "./commands/probe.ts";
import { scaleCommand } from "./commands/scale.ts";
import { studyCommand } from "./commands/study.ts";
import { mcpCommand } from "./commands/serving/mcp.ts";
import { tuneCommand } from "./commands/tune.ts";
import { launchCommand } from "./launch/launch-command.ts";
import { warn } from "./output.ts";
import { rootCommand, runWords, withErrors } from "./root-command.ts";
import { commandOf, strayWord } from "./stray-word.ts";

const BEGINNING = `
Begin with:
  hpo init ts            write a starter study, study.ts (python: study.yaml and train.py)
  hpo study run study.ts run it; run it again to go on
  hpo study show NAME    look at what it found

Of your own script, in any language, without a file:
  hpo tune "python train.py --lr {lr:1e-5..1:log}" --minimize val_loss --trials 30`;

/** Runs the command line that these words are. @returns the exit code, as `runWords` */
export async function runCli(words: readonly string[]): Promise<number> {
  const program = createProgram();
  const stray = strayWord(program, words);
  if (!stray) return runWords(program, words);
  const { word, group } = stray;
  if (group === program && commandOf(commandOf(program, "study")!, word)) {
    warn(`there is no command "hpo ${word}". Write: hpo study ${words.join(" ")}`);
    return 2;
  }
  // Without what follows: to --help behind a word that it does not know, commander tells of all others.
  return runWords(program, words.slice(0, words.indexOf(word) + 1));
}

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
