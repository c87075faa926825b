/**
 * Crossover and mutation on unit-cube coordinates, NaN where a parent has none.
 *
 *   a, b  the parents' coordinates      η  distribution index: larger stays closer
 */
import type { Rng } from "../../src/numerics/rng.ts";
import { cardinality, type Distribution } from "../../src/space/distribution.ts";
import { decode, isActive, type SearchSpace } from "../../src/space/search-space.ts";

export type Crossover = "sbx" | "uniform" | "blx";

export interface VariationOptions {
  readonly crossover: Crossover;
  /** Of SBX. */
  readonly crossoverIndex: number;
  /** Of BLX-α: how far beyond the parents a child may lie, in their distance. */
  readonly alpha: number;
  /** Of polynomial mutation. */
  readonly mutationIndex: number;
  /** The probability that a coordinate mutates; 1/d if left out. */
  readonly mutationShare?: number;
}

/**
 * A child of two parents (the same one twice: a mutant). A coordinate that only one has comes from
 * it, one that neither has from `fresh`, as mutated choices do.
 */
export function offspring(
  space: SearchSpace,
  mother: Float64Array,
  father: Float64Array,
  fresh: Float64Array,
  options: VariationOptions,
  rng: Rng,
): Float64Array {
  const unit = mother.map((a, j) => {
    const b = father[j];
    if (Number.isNaN(a)) return Number.isNaN(b) ? fresh[j] : b;
    return Number.isNaN(b) ? a : cross(space.parameters[j].distribution, a, b, options, rng);
  });
  for (const j of mutated(space, unit, options, rng)) {
    unit[j] = mutate(space.parameters[j].distribution, unit[j], fresh[j], options, rng);
  }
  return unit;
}

/** Coordinates to mutate, at least one: a copy of a parent would teach nothing. */
function mutated(
  space: SearchSpace,
  unit: Float64Array,
  { mutationShare }: VariationOptions,
  rng: Rng,
): number[] {
  const params = decode(space, unit);
  const active = [...unit.keys()].filter((j) => {
    const parameter = space.parameters[j];
    return cardinality(parameter.distribution) > 1 && isActive(parameter, params);
  });
  if (active.length === 0) return [];
  const share = mutationShare ?? 1 / active.length;
  const chosen = active.filter(() => rng.uniform() < share);
  return chosen.length > 0 ? chosen : [active[rng.integer(0, active.length - 1)]];
}

const MOST_REDRAWS = 20;

/** A child's coordinate from two parents that both have it. */
function cross(
  distribution: Distribution,
  a: number,
  b: number,
  options: VariationOptions,
  rng: Rng,
): number {
  const swap = rng.uniform() < 0.5;
  if (distribution.kind === "categorical" || options.crossover === "uniform" || a === b) {
    return swap ? b : a;
  }
  for (let i = 0; i < MOST_REDRAWS; i++) {
    const child =
      options.crossover === "sbx"
        ? simulatedBinary(swap ? b : a, swap ? a : b, options.crossoverIndex, rng)
        : blend(a, b, options.alpha, rng);
    if (child >= 0 && child < 1) return child;
  }
  return swap ? b : a;
}

/** (Deb & Agrawal, Complex Systems 9, 1995, eq. 5) ½[(1 + β)a + (1 − β)b]. */
function simulatedBinary(a: number, b: number, eta: number, rng: Rng): number {
  const u = rng.uniform();
  const power = (x: number): number => Math.exp(Math.log(x) / (eta + 1));
  const beta = u <= 0.5 ? power(Math.max(2 * u, 1e-300)) : 1 / power(2 * (1 - u));
  return 0.5 * ((1 + beta) * a + (1 - beta) * b);
}

/** (Eshelman & Schaffer, FOGA 2, 1993) uniform over the parents' interval, stretched by α. */
function blend(a: number, b: number, alpha: number, rng: Rng): number {
  const low = Math.min(a, b);
  const range = Math.abs(a - b);
  return low - alpha * range + rng.uniform() * (1 + 2 * alpha) * range;
}

/**
 * A changed coordinate: polynomial mutation (Deb & Goyal 1996, in the bounded form of Deb's NSGA-II
 * code) for numbers, moved by a cell at least where they are discrete; `fresh` for choices.
 */
function mutate(
  distribution: Distribution,
  u: number,
  fresh: number,
  { mutationIndex: eta }: VariationOptions,
  rng: Rng,
): number {
  if (distribution.kind === "categorical") return fresh;
  const r = rng.uniform();
  const up = r >= 0.5;
  const room = up ? u : 1 - u;
  const share = up ? 2 * (1 - r) : 2 * r;
  // (1 − room)^(η+1) and its (η+1)-th root by logarithms.
  const wall = Math.exp((eta + 1) * Math.log(Math.max(room, 1e-300)));
  const root = Math.exp(Math.log(Math.max(share + (1 - share) * wall, 1e-300)) / (eta + 1));
  const delta = up ? 1 - root : root - 1;
  const cell = 1 / cardinality(distribution);
  const step = Math.abs(delta) < cell ? Math.sign(delta) * cell : delta;
  return Math.min(1 - 1e-12, Math.max(0, u + step));
}
