import type { FinishedTrial } from "../../contracts/trial.ts";
import type { CommandPlan } from "../../runner/command/command-plan.ts";
import type { StudyFile } from "../../study-file/load-study-file.ts";
import type { Study } from "../../study/study.ts";
import type { ActiveTrial } from "../../study/trial/active-trial.ts";

/** What a check found out. */
export interface StudyCheck {
  readonly file: StudyFile;
  readonly study: Study;
  /** How many trials the study has already that a run goes on with. */
  readonly there: number;
  /** Why nothing could be read of the storage, where that is so. */
  readonly unread?: string;
  /** What the first trials would be, or the next ones. */
  readonly suggested: readonly SuggestedTrial[];
  readonly ran: RanTrial | undefined;
  readonly findings: readonly Finding[];
  readonly isWell: boolean;
  /** How many trials a real run has at once. */
  readonly workers: number;
}

export interface SuggestedTrial {
  readonly trial: ActiveTrial;
  /** Where the trial would keep its files in a real run. */
  readonly directory: string;
  readonly plan: CommandPlan | undefined;
}

/** A trial that was run to its end or to the limit. */
export interface RanTrial {
  readonly trial: FinishedTrial;
  readonly isTimeUp: boolean;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a check has to say: an error if a study can't be run so, else something suspicious. */
export interface Finding {
  readonly level: "error" | "notice";
  readonly message: string;
}

export const notice = (message: string): Finding => ({ level: "notice", message });
