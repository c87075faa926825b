import { medianOf } from "../../numerics/quantile.ts";
import type { Normal } from "../../numerics/normal.ts";
import type { RateTrial } from "./best-rates.ts";

// What was searched beside learning rate and batch size. Each such parameter z moves the best ln η:
// ln η* = law(B) + Σ γ_k z_k. For a heavy ball η/(1 − β) is the step that matters, so γ = 1 for
// z = ln(1 − β); of others only its order is believed.

/** One parameter searched beside, on the scale that the fit sees. */
export interface Beside {
  readonly name: string;
  /** Per trial, z: ln(1 − β) of a momentum, ln of values that span a decade, standardised otherwise. */
  readonly values: readonly number[];
  /** γ, before any trial. */
  readonly shift: Normal;
  /** The parameter itself at z. */
  readonly back: (z: number) => number;
}

const MOMENTUM = ["momentum", "mu"];
const ONE_MINUS_MOMENTUM = ["oneminusmomentum"];
const BETA = ["beta1", "beta", "b1"];
/** γ of a heavy ball's momentum; torch's RMSProp and others divide by 1 − β as well. */
const MOMENTUM_SHIFT: Normal = { mean: 1, sd: 0.3 };
/** Averages (Adam's β1) keep the size of a step. */
const BETA_SHIFT: Normal = { mean: 0, sd: 0.4 };
const OTHER_SHIFT: Normal = { mean: 0, sd: 0.4 };

const plain = (name: string): string => name.toLowerCase().replaceAll(/[_\- ]/g, "");

/** The parameters that all trials have and that vary; others say nothing of these trials. */
export function besideOf(trials: readonly RateTrial[]): Beside[] {
  const names = Object.keys(trials[0]?.beside ?? {});
  return names.flatMap((name) => {
    const raw = trials.map((trial) => trial.beside?.[name] ?? NaN);
    if (!raw.every(Number.isFinite) || new Set(raw).size < 2) return [];
    return [onItsScale(name, raw)];
  });
}

function onItsScale(name: string, raw: readonly number[]): Beside {
  const word = plain(name);
  const momentum = raw.every((value) => value >= 0 && value < 1);
  if (momentum && (MOMENTUM.includes(word) || BETA.includes(word))) {
    return {
      name,
      values: raw.map((value) => Math.log1p(-value)),
      shift: MOMENTUM.includes(word) ? MOMENTUM_SHIFT : BETA_SHIFT,
      back: (z) => -Math.expm1(z),
    };
  }
  const [low, high] = [Math.min(...raw), Math.max(...raw)];
  const log = low > 0 && high / low >= 10;
  const scaled = log ? raw.map(Math.log) : raw;
  if (log && ONE_MINUS_MOMENTUM.includes(word)) {
    return { name, values: scaled, shift: MOMENTUM_SHIFT, back: Math.exp };
  }
  const middle = medianOf(scaled);
  const spread = Math.sqrt(scaled.reduce((sum, z) => sum + (z - middle) ** 2, 0) / scaled.length);
  return {
    name,
    values: scaled.map((z) => (z - middle) / spread),
    shift: OTHER_SHIFT,
    back: (z) => (log ? Math.exp(middle + spread * z) : middle + spread * z),
  };
}
