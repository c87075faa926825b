import type { StudyView } from "../study/study-view.ts";

/** What becomes of the trials that nobody runs; none where there are none. */
export function interruptedLines(study: Pick<StudyView, "interrupted">): string[] {
  const numbers = [...study.interrupted];
  if (numbers.length === 0) return [];
  const [which, start] = numbers.length === 1 ? ["trial", "starts"] : ["trials", "start"];
  const list = numbers.join(", ");
  return [`Interrupted: ${which} ${list}, which ${start} again as before when the study goes on`];
}
