import { HpoError } from "../../errors/errors.ts";
import { observationOf } from "../../contracts/observation.ts";
import type { Judgement, Pruner, TrainingRoles } from "../../contracts/pruner.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Curves, Direction, FinishedTrial } from "../../contracts/trial.ts";

/** A pruner with its fold over the finished trials. */
export class Pruning {
  readonly #pruner: Pruner;
  readonly #directions: readonly Direction[];
  readonly #roles: TrainingRoles | undefined;
  #state: unknown;
  #folded = 0;

  constructor(pruner: Pruner, directions: readonly Direction[], roles?: TrainingRoles) {
    this.#pruner = pruner;
    this.#directions = directions;
    this.#roles = roles;
    this.#state = pruner.init();
  }

  /**
   * @param curves what the trial logged so far
   * @param pending the other running trials
   * @throws HpoError if the study has several metrics
   */
  judge(
    trial: PendingTrial,
    curves: Curves,
    pending: readonly PendingTrial[],
    finished: readonly FinishedTrial[],
  ): Judgement {
    if (this.#directions.length > 1) {
      throw new HpoError(
        `shouldPrune: the study has ${this.#directions.length} metrics, and a pruner follows one. ` +
          "Drop the pruner, or the call.",
      );
    }
    this.#fold(finished);
    // Its training diverged: no pruner need wait for a warm-up, or for other trials, to see that.
    if (Number.isNaN(trial.reports.at(-1)?.value)) return { prune: true };
    const context = {
      trial,
      pending,
      direction: this.#directions[0],
      curves,
      ...(this.#roles && { roles: this.#roles }),
    };
    if (this.#pruner.judge) return this.#pruner.judge(this.#state, context);
    return { prune: this.#pruner.shouldPrune(this.#state, context) };
  }

  #fold(finished: readonly FinishedTrial[]): void {
    for (; this.#folded < finished.length; this.#folded++) {
      const observation = observationOf(finished[this.#folded], this.#directions);
      this.#state = this.#pruner.observe(this.#state, observation);
    }
  }
}
