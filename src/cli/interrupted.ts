import type { StudyView } from "../study/study-view.ts";
import { isOverdue } from "../study/trial/lost-trial.ts";

/** What becomes of trials that nobody runs, or that are not told in time; none where there are none. */
export function interruptedLines(study: Pick<StudyView, "interrupted" | "trials">): string[] {
  const overdue = study.trials("running").filter(isOverdue);
  return [
    ...lineOf(
      "Interrupted",
      [...study.interrupted],
      "starts again as before",
      "start again as before",
    ),
    ...lineOf(
      "Overdue",
      overdue.map(({ number }) => number),
      "was not told in time and fails",
      "were not told in time and fail",
    ),
  ];
}

function lineOf(word: string, numbers: readonly number[], one: string, several: string): string[] {
  if (numbers.length === 0) return [];
  const [trials, what] = numbers.length === 1 ? ["trial", one] : ["trials", several];
  return [`${word}: ${trials} ${numbers.join(", ")}, which ${what} when the study goes on`];
}
