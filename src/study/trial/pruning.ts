import { HpoError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import { observationOf } from "../../contracts/observation.ts";
import type { Judgement, Pruner } from "../../contracts/pruner.ts";
import type { StudyRoles } from "../../contracts/study-roles.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import {
  isCancelled,
  type Curves,
  type Direction,
  type FinishedTrial,
  type Report,
} from "../../contracts/trial.ts";

/** A pruner with its fold over the finished trials. */
export class Pruning {
  readonly #pruner: Pruner;
  readonly #directions: readonly Direction[];
  readonly #roles: StudyRoles | undefined;
  #state: unknown;
  #folded = 0;
  #excluded: ReadonlySet<number> | undefined;
  #wasAsked = false;

  constructor(pruner: Pruner, directions: readonly Direction[], roles?: StudyRoles) {
    this.#pruner = pruner;
    this.#directions = directions;
    this.#roles = roles;
    this.#state = pruner.init();
  }

  /**
   * @param curves what the trial logged so far
   * @param pending the other running trials
   * @param excluded the numbers of finished trials that are left out; another set starts anew
   * @throws HpoError if the study has several metrics
   */
  judge(
    trial: PendingTrial,
    curves: Curves,
    pending: readonly PendingTrial[],
    finished: readonly FinishedTrial[],
    excluded: ReadonlySet<number>,
  ): Judgement {
    if (this.#directions.length > 1) {
      throw new HpoError(
        `shouldPrune: the study has ${this.#directions.length} metrics, and a pruner follows one. ` +
          "Drop the pruner, or the call.",
      );
    }
    this.#wasAsked = true;
    this.#fold(finished, excluded);
    // The training diverged: it is pruned without asking the pruner, which might wait for a
    // warm-up.
    if (Number.isNaN(trial.reports.at(-1)?.value)) return { prune: true };
    const context = {
      trial,
      pending,
      direction: this.#directions[0],
      curves,
      ...(this.#roles && { roles: this.#roles }),
    };
    const judgement = this.#pruner.judge?.(this.#state, context) ?? {
      prune: this.#pruner.shouldPrune(this.#state, context),
    };
    if (typeof judgement.prune === "boolean") return judgement;
    throw new HpoError(
      `The pruner "${this.#pruner.name}" answered ${shown(judgement.prune)}. Its shouldPrune must give true or false, ` +
        "and can't be async.",
    );
  }

  /** What to tell where a trial with these reports completed, and none was ever asked about. */
  unaskedNote(reports: readonly Report[]): string | undefined {
    if (this.#wasAsked || reports.length < 2 || this.#directions.length > 1) return undefined;
    return (
      `The study has a pruner (${this.#pruner.name}), and no trial asks it whether to stop, so none is pruned: after ` +
      "trial.report(…) call if (trial.shouldPrune()) throw new TrialPruned();"
    );
  }

  #fold(finished: readonly FinishedTrial[], excluded: ReadonlySet<number>): void {
    if (excluded !== this.#excluded) {
      this.#excluded = excluded;
      this.#state = this.#pruner.init();
      this.#folded = 0;
    }
    for (; this.#folded < finished.length; this.#folded++) {
      const trial = finished[this.#folded];
      if (excluded.has(trial.number) || isCancelled(trial)) continue;
      const observation = observationOf(trial, this.#directions);
      this.#state = this.#pruner.observe(this.#state, observation);
    }
  }
}
