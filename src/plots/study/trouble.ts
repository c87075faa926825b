/**
 * Where trials diverged or ran out of memory: the half of one parameter's range, or the choice, that
 * tells them apart from the others best.
 *
 *   n, k  trials inside, of which so many are bad      H  entropy of bad and good
 */
import type { Trial } from "../../contracts/trial.ts";
import { numberText, percentText, scalarText } from "../chart/number-text.ts";
import { stateOf } from "./plotted-trial.ts";
import type { Scalar } from "../../space/distribution.ts";
import type { Params } from "../../space/search-space.ts";
import type { PlottedStudy } from "./plotted-study.ts";

export interface TroubleRegion {
  readonly parameter: string;
  readonly side: "above" | "below" | "is";
  /** The bound, which lies inside; or the choice. */
  readonly at: Scalar;
  /** Trials inside, and how many of them are bad; the same of those outside. */
  readonly inside: Count;
  readonly outside: Count;
}

interface Count {
  readonly trials: number;
  readonly bad: number;
}

interface Judged {
  readonly trial: Trial;
  readonly isBad: boolean;
}

/** A region holds so much of what is bad, and is so many times worse than the rest. */
const LEAST_SHARE = 0.6;
const LEAST_RATIO = 2;
const FEWEST_BAD = 3;

/** Undefined where the bad trials are few, or no single parameter tells them apart. */
export function regionOfTrouble(study: PlottedStudy): TroubleRegion | undefined {
  const judged = study.trials.flatMap((trial): Judged[] => {
    const state = stateOf(trial, study.directions);
    if (state === "diverged" || state === "out of memory") return [{ trial, isBad: true }];
    return state === "complete" || state === "pruned" ? [{ trial, isBad: false }] : [];
  });
  const all = countOf(judged);
  if (all.bad < FEWEST_BAD || all.bad === all.trials) return undefined;
  let best: TroubleRegion | undefined;
  let least = Infinity;
  for (const { name } of study.space.parameters) {
    for (const region of regionsOf(name, judged)) {
      const { inside, outside } = region;
      const isWorse = rateOf(inside) >= LEAST_RATIO * rateOf(outside);
      if (!isWorse || inside.bad < LEAST_SHARE * all.bad) continue;
      const left = entropyOf(inside) + entropyOf(outside);
      if (left < least) [best, least] = [region, left];
    }
  }
  return best;
}

const countOf = (judged: readonly Judged[]): Count => ({
  trials: judged.length,
  bad: judged.filter(({ isBad }) => isBad).length,
});

export const rateOf = ({ trials, bad }: Count): number => (trials === 0 ? 0 : bad / trials);

/** n·H, in nats. */
function entropyOf({ trials, bad }: Count): number {
  const part = (count: number): number => (count === 0 ? 0 : -count * Math.log(count / trials));
  return part(bad) + part(trials - bad);
}

function* regionsOf(parameter: string, judged: readonly Judged[]): Generator<TroubleRegion> {
  const valueOf = ({ trial: { params } }: Judged): Scalar | undefined =>
    Object.hasOwn(params, parameter) ? params[parameter] : undefined;
  const having = judged.filter((one) => valueOf(one) !== undefined);
  if (!having.every((one) => typeof valueOf(one) === "number")) {
    for (const choice of new Set(having.map((one) => valueOf(one)!))) {
      const isInside = (one: Judged): boolean => valueOf(one) === choice;
      const inside = countOf(judged.filter(isInside));
      const outside = countOf(judged.filter((one) => !isInside(one)));
      yield { parameter, side: "is", at: choice, inside, outside };
    }
    return;
  }
  const all = countOf(judged);
  const sorted = [...having].sort((a, b) => (valueOf(a) as number) - (valueOf(b) as number));
  const without = (inside: Count): Count => ({
    trials: all.trials - inside.trials,
    bad: all.bad - inside.bad,
  });
  const total = countOf(sorted);
  let below: Count = { trials: 0, bad: 0 };
  for (let i = 0; i + 1 < sorted.length; i++) {
    below = { trials: below.trials + 1, bad: below.bad + (sorted[i].isBad ? 1 : 0) };
    const [at, next] = [valueOf(sorted[i]) as number, valueOf(sorted[i + 1]) as number];
    if (at === next) continue;
    const above = { trials: total.trials - below.trials, bad: total.bad - below.bad };
    yield { parameter, side: "below", at, inside: below, outside: without(below) };
    yield { parameter, side: "above", at: next, inside: above, outside: without(above) };
  }
}

export function isInside({ parameter, side, at }: TroubleRegion, params: Params): boolean {
  const value = Object.hasOwn(params, parameter) ? params[parameter] : undefined;
  if (side === "is" || typeof value !== "number") return value === at;
  return side === "above" ? value >= (at as number) : value <= (at as number);
}

/** "12 of the 13 had lr ≥ 0.5, where 55 % of the trials did so; elsewhere 1 %". */
export function regionText({ inside, outside, ...region }: TroubleRegion): string {
  const total = inside.bad + outside.bad;
  const which = inside.bad === total ? `all ${total}` : `${inside.bad} of the ${total}`;
  return `${which} had ${whereText(region)}, where ${percentText(rateOf(inside))} of the trials ended so; elsewhere ${percentText(rateOf(outside))}`;
}

export function whereText({
  parameter,
  side,
  at,
}: Pick<TroubleRegion, "parameter" | "side" | "at">): string {
  if (side === "is") return `${parameter} = ${scalarText(at)}`;
  return `${parameter} ${side === "above" ? "≥" : "≤"} ${numberText(at as number)}`;
}
