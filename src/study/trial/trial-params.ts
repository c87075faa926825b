import type { TrialChange } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { RunningTrial } from "../../contracts/trial.ts";
import { requireParameterName } from "../../errors/stored-name.ts";
import { createRng } from "../../numerics/rng.ts";
import {
  cardinality,
  contains,
  valueAt,
  type Distribution,
  type Scalar,
} from "../../space/distribution.ts";
import { checkCompatible } from "../../space/compare-distributions.ts";
import { isActive, type Params, type SearchSpace } from "../../space/search-space.ts";
import { fromUnit } from "../../space/unit-cube.ts";
import { checkFixed } from "./queued-params.ts";

/** What a trial's parameters need of the study. */
export interface ParamsHooks {
  readonly seed: number;
  readonly knownDistribution: (name: string) => Distribution | undefined;
  readonly write: (change: TrialChange) => void;
  readonly note: (message: string) => void;
}

/** A running trial's parameters: those it was started with, and those its objective asks for. */
export class TrialParams {
  readonly #number: number;
  readonly #suggested: Params;
  readonly #hooks: ParamsHooks;
  /** The parameters that the trial was queued with, which override all others. */
  readonly #queued: Params;
  #values: Params;
  #own: Params | undefined;
  #distributions: Readonly<Record<string, Distribution>>;

  /** @param suggested values for parameters that the objective has yet to ask for */
  constructor(trial: RunningTrial, suggested: Params, hooks: ParamsHooks) {
    this.#number = trial.number;
    this.#suggested = suggested;
    this.#hooks = hooks;
    this.#queued = (trial.systemAttrs[ATTRIBUTE.fixedParams] ?? {}) as Params;
    // The objects are shared with the history, and replaced on change.
    this.#values = trial.params;
    this.#distributions = trial.distributions;
  }

  get values(): Params {
    return this.#values;
  }
  /** A copy for the objective, which may change it: the history has what was suggested. */
  get own(): Params {
    return (this.#own ??= { ...this.#values });
  }
  get distributions(): Readonly<Record<string, Distribution>> {
    return this.#distributions;
  }

  /** Notes the parameters that the trial was queued with and never asked for. */
  noteUnasked(): void {
    const names = Object.keys(this.#queued);
    const unasked = names.filter((name) => !Object.hasOwn(this.#values, name));
    if (unasked.length === 0) return;
    const list = unasked.map((name) => JSON.stringify(name)).join(", ");
    this.#hooks.note(`Trial ${this.#number} was queued with ${list}, which it did not ask for.`);
  }

  /**
   * The value of a parameter; the same name gives the same value.
   * @throws HpoError if the study knows the parameter as one of another kind, or it was queued with
   * a value that it can never have
   */
  suggest(name: string, distribution: Distribution): Scalar {
    const isAsked = Object.hasOwn(this.#distributions, name);
    const before = isAsked ? this.#distributions[name] : this.#hooks.knownDistribution(name);
    // A stored study that has one without a name goes on.
    if (!before) requireParameterName("suggest: the parameter's name", name);
    if (before) checkCompatible(name, before, distribution);
    if (isAsked) return this.#values[name];
    const value = this.#valueFor(name, distribution);
    this.#values = { ...this.#values, [name]: value };
    this.#own = undefined;
    this.#distributions = { ...this.#distributions, [name]: distribution };
    this.#hooks.write({ params: { [name]: value }, distributions: { [name]: distribution } });
    return value;
  }

  suggestAll({ parameters }: SearchSpace): void {
    for (const parameter of parameters) {
      if (isActive(parameter, this.#values)) this.suggest(parameter.name, parameter.distribution);
    }
  }

  #valueFor(name: string, distribution: Distribution): Scalar {
    if (Object.hasOwn(this.#queued, name)) {
      const warning = checkFixed(name, this.#queued[name], distribution);
      if (warning !== undefined) this.#hooks.note(warning);
      return this.#queued[name];
    }
    if (cardinality(distribution) === 1) return valueAt(distribution, 0);
    for (const known of [this.#values, this.#suggested]) {
      if (Object.hasOwn(known, name) && contains(distribution, known[name])) return known[name];
    }
    this.#hooks.note(`"${name}" is new to the strategy in this range: it is drawn uniformly.`);
    const rng = createRng(this.#hooks.seed, "new parameter", this.#number, name);
    return fromUnit(distribution, rng.uniform());
  }
}
