import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { StudyRecord } from "../../contracts/storage.ts";

/** The last end of a study's run. */
export interface StudyStop {
  readonly reason: string;
  /** How many trials had finished by then. */
  readonly trials: number;
}

export const stopOf = ({ systemAttrs }: StudyRecord): StudyStop | undefined =>
  systemAttrs[ATTRIBUTE.stopped] as StudyStop | undefined;
