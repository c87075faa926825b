import type { Objective } from "../../contracts/objective.ts";
import { requireInteger } from "../../errors/checks.ts";
import type { Params } from "../../space/search-space.ts";
import { optimizeObjective } from "../optimize-objective.ts";
import { runOptions, type OptimizeOptions } from "../run-options.ts";
import type { Study } from "../study.ts";
import { engineOf } from "../study-internals.ts";
import { bestSettings } from "./candidates.ts";
import { confirmationOf, type Confirmation } from "./confirmation.ts";
import { confirmingStudy } from "./confirming-study.ts";

/** How `confirm` runs: what `optimize` takes, but for its ends. */
export interface ConfirmOptions extends Omit<OptimizeOptions, "trials" | "total" | "until"> {
  /** How many settings run again, the best ones, ≥ 1; 5 if left out. */
  readonly top?: number;
  /** How often each runs, on seeds (`trial.seed`) that no trial had, ≥ 1; 3 if left out. */
  readonly seeds?: number;
}

/**
 * Runs the best settings of a study again on fresh seeds, and says which to take, with its interval.
 * The best of many noisy trials looks better than it is: it was also the luckiest.
 *
 * The runs stand in a study of their own beside it, NAME-confirm, without a pruner; what is there
 * already is not run again, and the study's strategy learns nothing of them.
 * The objective is given as for `study.optimize`; if it is left out, that of the definition runs.
 * @throws HpoError where the study has several metrics, or no complete trial
 *
 * @example
 * ```ts
 * import { confirm, createStudy, float, searchSpace } from "hpo";
 *
 * const study = await createStudy({ name: "noisy", space: searchSpace({ x: float(0, 1) }) });
 * const noisy = ({ params, seed }: { params: { x: number }; seed: number }) =>
 *   (params.x - 0.3) ** 2 + (seed % 100) / 1000;
 * await study.optimize(noisy, { trials: 30 });
 * const { settings } = await confirm(study, noisy, { top: 5, seeds: 3 });
 * console.log(settings[0].params, settings[0].mean, settings[0].halfWidth);
 * ```
 */
export function confirm<P>(study: Study<P>, options?: ConfirmOptions): Promise<Confirmation>;
export function confirm<P>(
  study: Study<P>,
  objective: Objective<P> | URL,
  options?: ConfirmOptions,
): Promise<Confirmation>;
export async function confirm<P = Params>(
  study: Study<P>,
  first: Objective<P> | URL | ConfirmOptions = {},
  second: ConfirmOptions = {},
): Promise<Confirmation> {
  const isObjective = typeof first === "function" || first instanceof URL;
  const { top = 5, seeds = 3, ...given } = isObjective ? second : first;
  requireInteger("confirm: top", top, 1);
  requireInteger("confirm: seeds", seeds, 1);
  const { defaults } = engineOf(study).state.parts;
  const settings = bestSettings(study, top);
  const runs = await confirmingStudy(study, settings, seeds);
  const total = runs.trials().length;
  const options = runOptions({ ...given, total }, { ...defaults, until: undefined });
  const owner = { study: study.name, defaults };
  await optimizeObjective(engineOf(runs), isObjective ? first : undefined, options, owner);
  return confirmationOf(study.name, runs, settings);
}
