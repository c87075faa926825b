import { askCommand } from "../commands/ask.ts";
import { bestCommand } from "../commands/best.ts";
import { enqueueCommand } from "../commands/enqueue.ts";
import { tellCommand } from "../commands/tell.ts";
import { trialsCommand } from "../commands/trials.ts";
import { watchOutput } from "../closed-output.ts";
import { keepFits } from "./keep-fits.ts";
import { rootCommand, runWords, studyGroup, withErrors } from "../root-command.ts";

// What programs call trial by trial. The build puts all that these need into one file, commands.cjs:
// Node reads and compiles some four hundred modules in three times the time that an ask takes.

const COMMANDS = [askCommand, tellCommand, enqueueCommand, bestCommand, trialsCommand];

/**
 * As `runCli`, for the commands that `quickVerb` names.
 * @param bundle the file that this runs from
 * @returns the exit code
 */
export function runQuick(words: readonly string[], bundle: string): Promise<number> {
  watchOutput();
  keepFits(bundle);
  const study = studyGroup();
  for (const command of COMMANDS) study.addCommand(command());
  return runWords(withErrors(rootCommand().addCommand(study)), words);
}
