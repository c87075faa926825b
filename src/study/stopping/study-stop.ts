import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { StudyRecord } from "../../contracts/storage.ts";
import type { StateParts, StudyState } from "../study-state.ts";

/** The last end of a study's run. */
export interface StudyStop {
  readonly reason: string;
  /** How many trials had finished by then. */
  readonly trials: number;
}

export const stopOf = ({ systemAttrs }: Pick<StudyRecord, "systemAttrs">): StudyStop | undefined =>
  systemAttrs[ATTRIBUTE.stopped] as StudyStop | undefined;

/**
 * Records why a study that several processes run has ended, unless trials run or another process
 * has recorded it.
 * @returns whether this process recorded it: exactly one of them does
 */
export const keepEnd = (state: StudyState<StateParts>, reason: string): Promise<boolean> =>
  state.inTurn(async (turn) => {
    const { running, finished } = state.history;
    if (running.length > 0) return false;
    const trials = finished.length;
    if (stopOf(await turn.study())?.trials === trials) return false;
    const stop: StudyStop = { reason, trials };
    await turn.setAttributes({ system: { [ATTRIBUTE.stopped]: stop } });
    return true;
  });
