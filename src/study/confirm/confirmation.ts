/**
 * What runs on fresh seeds say of settings that were the best of many: those were partly lucky, and
 * the mean of new runs is not.
 *
 *   nᵢ, mᵢ  runs of setting i and their mean      s  the spread within settings, ν = Σ(nᵢ − 1)
 *   interval mᵢ ± t·s/√nᵢ      two settings are told apart where |mᵢ − mⱼ| > t·s·√(1/nᵢ + 1/nⱼ)
 */
import { minimised } from "../../contracts/observation.ts";
import { isFinished, type CompleteTrial, type Direction } from "../../contracts/trial.ts";
import { studentWidth } from "../../numerics/student.ts";
import type { Params } from "../../space/search-space.ts";
import type { Study } from "../study.ts";
import { runsOf } from "./confirming-study.ts";

/** What came of one setting: its runs, their mean and how sure that is. */
export interface ConfirmedSetting {
  /** The trial's number in the confirmed study, and its value there. */
  readonly trial: number;
  readonly was: number;
  readonly params: Params;
  /** The values of the complete runs, in their order; finite. */
  readonly values: readonly number[];
  /** How many runs ended without a finite value, as those that diverged. */
  readonly failed: number;
  /** NaN without values. */
  readonly mean: number;
  /** Half of the mean's 95 % interval; undefined where no setting ran twice, or seeds change nothing. */
  readonly halfWidth?: number;
  /** Whether it is as good as the first one, as far as the runs can tell. */
  readonly isTied: boolean;
}

/** What `confirm` found: the settings, the one to take first. */
export interface Confirmation {
  readonly study: string;
  /** Where its runs are kept. */
  readonly runs: string;
  /** Best mean first; those of which a run failed last. Take the first one. */
  readonly settings: readonly ConfirmedSetting[];
  /** The trial that was the best before. */
  readonly formerBest: number;
  /** Whether all runs of each setting gave one value: the objective does not use its seed. */
  readonly ignoresSeeds: boolean;
}

const PROBABILITY = 0.95;

/** @param settings as they stand in the confirmed study, best first */
export function confirmationOf(
  study: string,
  runs: Study,
  settings: readonly CompleteTrial[],
): Confirmation {
  const direction = runs.directions[0];
  const measured = settings.map((setting) => measure(runs, setting));
  const ignoresSeeds =
    measured.some(({ values }) => values.length > 1) && measured.every(isConstant);
  const spread = ignoresSeeds ? undefined : spreadWithin(measured);
  const ranked = [...measured].sort((a, b) => byFailuresThenMean(a, b, direction));
  const [best] = ranked;
  return {
    study,
    runs: runs.name,
    settings: ranked.map((setting) => ({
      ...setting,
      ...(spread && setting.values.length > 0 && { halfWidth: spread.width([setting]) }),
      isTied: setting.failed === best.failed && isWithinChance(setting, best, spread),
    })),
    formerBest: settings[0].number,
    ignoresSeeds,
  };
}

type Measured = Omit<ConfirmedSetting, "halfWidth" | "isTied">;

function measure(runs: Study, { number, params, values: [was] }: CompleteTrial): Measured {
  const ended = runsOf(runs, number).filter(isFinished);
  const values = ended.flatMap((trial) =>
    trial.state === "complete" && Number.isFinite(trial.values[0]) ? [trial.values[0]] : [],
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { trial: number, was, params, values, failed: ended.length - values.length, mean };
}

const isConstant = ({ values }: Measured): boolean => values.every((value) => value === values[0]);

interface Spread {
  /** Half of the interval of a setting's mean, or of the difference of two. */
  width(settings: readonly Measured[]): number;
}

/** Pooled over the settings; undefined where none ran twice. */
function spreadWithin(settings: readonly Measured[]): Spread | undefined {
  let freedom = 0;
  let square = 0;
  for (const { values, mean } of settings) {
    freedom += Math.max(0, values.length - 1);
    for (const value of values) square += (value - mean) * (value - mean);
  }
  if (freedom === 0) return undefined;
  const factor = studentWidth(PROBABILITY, freedom) * Math.sqrt(square / freedom);
  return {
    width: (of) => factor * Math.sqrt(of.reduce((sum, { values }) => sum + 1 / values.length, 0)),
  };
}

function isWithinChance(setting: Measured, best: Measured, spread: Spread | undefined): boolean {
  if (setting === best || setting.mean === best.mean) return true;
  return (
    spread !== undefined && Math.abs(setting.mean - best.mean) <= spread.width([setting, best])
  );
}

function byFailuresThenMean(a: Measured, b: Measured, direction: Direction): number {
  if (a.failed !== b.failed) return a.failed - b.failed;
  const [one, other] = [a, b].map(({ mean }) => (Number.isNaN(mean) ? Infinity : minimised(mean, direction))); // prettier-ignore
  return one === other ? 0 : one - other;
}
