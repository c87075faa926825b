import { HpoError } from "./errors.ts";
import { observationOf, pendingOf } from "./observation.ts";
import type { Pruner } from "./pruners/pruner.ts";
import type { Direction, FinishedTrial, RunningTrial } from "./trial.ts";

/** A pruner with its fold over the finished trials. */
export class Pruning {
  readonly #pruner: Pruner;
  readonly #directions: readonly Direction[];
  #state: unknown;
  #folded = 0;

  constructor(pruner: Pruner, directions: readonly Direction[]) {
    this.#pruner = pruner;
    this.#directions = directions;
    this.#state = pruner.init();
  }

  /** @throws HpoError if the study has several metrics */
  shouldPrune(
    trial: RunningTrial,
    others: readonly RunningTrial[],
    finished: readonly FinishedTrial[],
  ): boolean {
    if (this.#directions.length > 1) {
      throw new HpoError(
        `shouldPrune: the study has ${this.#directions.length} metrics, and a pruner follows one. ` +
          "Drop the pruner, or the call.",
      );
    }
    for (; this.#folded < finished.length; this.#folded++) {
      const observation = observationOf(finished[this.#folded], this.#directions);
      this.#state = this.#pruner.observe(this.#state, observation);
    }
    return this.#pruner.shouldPrune(this.#state, {
      trial: pendingOf(trial, this.#directions),
      pending: others.map((other) => pendingOf(other, this.#directions)),
      direction: this.#directions[0],
    });
  }
}
