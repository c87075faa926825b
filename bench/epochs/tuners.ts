import { HpoError } from "../../src/errors/errors.ts";
import { didYouMean } from "../../src/errors/did-you-mean.ts";
import { hyperband, median, successiveHalving, type Pruner } from "../../src/pruners/index.ts";
import { strategies } from "../../strategies/index.ts";
import { asha } from "../../strategies/asha.ts";
import type { Tuner } from "./drive-training.ts";
import { ownTuner } from "./own-tuner.ts";

/** Pruners with their defaults, but for the length of a training where they need it. */
const PRUNERS: Readonly<Record<string, (epochs: number) => Pruner | undefined>> = {
  none: () => undefined,
  median: () => median(),
  halving: () => successiveHalving(),
  hyperband: (epochs) => hyperband({ maxResource: epochs }),
};

export const TUNER_EXAMPLES = "bayesian+none, tpe+hyperband";
export const USUAL_TUNERS = "random+none,tpe+none,tpe+hyperband,bayesian+none,bayesian+hyperband";

/** "strategy+pruner". @throws HpoError if either is unknown */
export function tunerNamed(name: string): Tuner {
  const wrapped = /^asha\((.+)\)$/.exec(name);
  if (wrapped) {
    const [inner, ...settings] = wrapped[1].split(";");
    const options = Object.fromEntries(
      settings.map((setting) => setting.split("=")).map(([key, value]) => [key, Number(value)]),
    );
    const make = knownOf("strategy", inner, strategies);
    return ownTuner(name, (epochs) => ({
      strategy: asha({ strategy: make(), maxSteps: epochs, ...options }),
    }));
  }
  const [strategy, pruner = "none"] = name.split("+");
  const make = knownOf("strategy", strategy, strategies);
  const prune = knownOf("pruner", pruner, PRUNERS);
  return ownTuner(name, (epochs) => ({ strategy: make(), pruner: prune(epochs) }));
}

function knownOf<Value>(what: string, name: string, known: Readonly<Record<string, Value>>): Value {
  if (Object.hasOwn(known, name)) return known[name];
  const names = Object.keys(known);
  throw new HpoError(
    `--tuners: there is no ${what} "${name}". ${didYouMean(name, names)} Known: ${names.join(", ")}.`,
  );
}
