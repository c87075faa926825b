import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { Distribution, Scalar } from "../../space/distribution.ts";
import { parameterScale, type Scale } from "../chart/scale.ts";
import type { PlottedStudy } from "./plotted-study.ts";

/** A parameter as an axis. */
export interface PlottedParameter {
  readonly name: string;
  readonly scale: Scale;
  /** Where a trial lies on it; NaN for one without. */
  readonly at: (trial: Trial) => number;
  /** Whether some of the trials lack it. */
  readonly optional: boolean;
}

/**
 * The parameters of a study, those that only its trials have after those of its space. Without names
 * those that never differed are left out.
 * @throws HpoError if there is no parameter of a name, or none at all
 */
export function parametersOf(study: PlottedStudy, names?: readonly string[]): PlottedParameter[] {
  const trials = study.trials.filter(({ state }) => state !== "waiting");
  const known = new Map<string, Distribution | undefined>();
  for (const { name, distribution } of study.space.parameters) known.set(name, distribution);
  for (const { params, distributions } of trials) {
    for (const name in params) {
      if (known.get(name) || !Object.hasOwn(params, name)) continue;
      known.set(name, Object.hasOwn(distributions, name) ? distributions[name] : undefined);
    }
  }
  const all = [...known.keys()];
  for (const name of names ?? []) {
    if (!all.includes(name)) {
      throw new HpoError(
        `Study ${JSON.stringify(study.name)} has no parameter "${name}". ${didYouMean(name, all)}`,
      );
    }
  }
  const found = (names ?? all).flatMap((name) => {
    const values = trials.map((trial) => valueOf(trial, name));
    if (names === undefined && new Set(values).size < 2) return [];
    const { scale, position } = parameterScale(known.get(name), values);
    const at = (trial: Trial): number => position(valueOf(trial, name));
    return [{ name, scale, at, optional: values.includes(undefined) }];
  });
  if (found.length > 0) return found;
  throw new HpoError(
    all.length === 0
      ? `Study ${JSON.stringify(study.name)} has no parameters to plot. Run some of its trials first.`
      : `No parameter of study ${JSON.stringify(study.name)} has two values yet. Run more of its trials first.`,
  );
}

const valueOf = ({ params }: Trial, name: string): Scalar | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

/** "lr, momentum left out, as they never differed" — what `parametersOf` left out, if anything. */
export function leftOut(
  study: PlottedStudy,
  shown: readonly PlottedParameter[],
): readonly string[] {
  const names = new Set(shown.map(({ name }) => name));
  const rest = study.space.parameters
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => name);
  return rest.length > 0 ? [`without ${rest.join(", ")}, of one value`] : [];
}
