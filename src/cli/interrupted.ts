import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { StudyView } from "../study/study-view.ts";
import { isInterrupted } from "../study/trial/lost-trial.ts";

type Trials = Pick<StudyView, "trials">;

/** The numbers of the trials that are stored as running and that nobody runs. */
export const interruptedNumbers = (study: Trials): readonly number[] =>
  study
    .trials("running")
    .filter(({ systemAttrs }) => isInterrupted(systemAttrs[ATTRIBUTE.runner]))
    .map(({ number }) => number);

/** What becomes of them; none where there are none. */
export function interruptedLines(study: Trials): string[] {
  const numbers = interruptedNumbers(study);
  if (numbers.length === 0) return [];
  const [which, start] = numbers.length === 1 ? ["trial", "starts"] : ["trials", "start"];
  const list = numbers.join(", ");
  return [`Interrupted: ${which} ${list}, which ${start} again as before when the study goes on`];
}
