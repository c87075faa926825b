import type { Command } from "commander";
import { askCommand } from "../commands/ask.ts";
import { bestCommand } from "../commands/best.ts";
import { enqueueCommand } from "../commands/enqueue.ts";
import { showCommand } from "../commands/show.ts";
import { tellCommand } from "../commands/tell.ts";
import { trialsCommand } from "../commands/trials.ts";
import { watchOutput } from "../closed-output.ts";
import { expectShortProcess } from "../../system/short-process.ts";
import { keepModels } from "./keep-models.ts";
import { rootCommand, runWords, studyGroup, withErrors } from "../root-command.ts";

// What programs call trial by trial, and what people look at in between. The build puts all that these need into one file, commands.cjs:
// Node reads and compiles some four hundred modules in three times the time that an ask takes.

const COMMANDS: Readonly<Record<string, () => Command>> = {
  ask: askCommand,
  tell: tellCommand,
  enqueue: enqueueCommand,
  best: bestCommand,
  show: showCommand,
  trials: trialsCommand,
};

/**
 * As `runCli`, for the commands that `quickVerb` names.
 * @param bundle the file that this runs from
 * @param isKept whether V8 had kept it compiled, and need not compile it to be kept now
 * @returns the exit code
 */
export function runQuick(
  words: readonly string[],
  bundle: string,
  isKept: boolean,
): Promise<number> {
  if (isKept) expectShortProcess();
  watchOutput();
  keepModels(bundle);
  const study = studyGroup().addCommand(COMMANDS[words[1]]());
  return runWords(withErrors(rootCommand().addCommand(study)), words);
}
