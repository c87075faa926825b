import type { Judgement } from "../../contracts/pruner.ts";
import type { TrialChange } from "../../contracts/storage.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Curves, Direction, Report } from "../../contracts/trial.ts";
import type { TrialStudy } from "../../contracts/runner.ts";
import type { Distribution } from "../../space/distribution.ts";

/** What the study does for the trials that run in this process. */
export interface TrialHooks {
  readonly seed: number;
  readonly study: TrialStudy;
  /** Writes a trial's news in the background; the study waits for it before the trial's end. */
  write(trialId: number, change: TrialChange): void;
  reported(trialNumber: number, report: Report): void;
  /** The direction of the first metric, which is the one reported. */
  readonly direction: Direction;
  /** Asks the pruner. Left out where the study has none. */
  judge?(trial: PendingTrial, curves: Curves): Judgement;
  /** The distribution under which the study knows a parameter, if it does. */
  knownDistribution(name: string): Distribution | undefined;
  note(message: string): void;
  /** Whether other processes can see the study. */
  readonly isShared: boolean;
  /** A trial's folder, which it does not create. */
  directoryOf(trialNumber: number): string;
  /** The step of a trial's last report; undefined if there is none. */
  lastStepOf(trialNumber: number): number | undefined;
}
