import type { Rng } from "../../src/numerics/rng.ts";
import { cardinality } from "../../src/space/distribution.ts";
import { decode, isActive } from "../../src/space/search-space.ts";
import type { StrategyContext } from "../../src/contracts/strategy.ts";
import { drawUnit } from "../random.ts";

/**
 * A neighbour of a place: one coordinate that exists there moves, and each other with probability
 * 1/d, by a normal or Cauchy step of its own size; choices are drawn anew.
 */
export function neighbour(
  { space, prior }: Pick<StrategyContext, "space" | "prior">,
  from: Float64Array,
  steps: Float64Array,
  heavyTails: boolean,
  rng: Rng,
): Float64Array {
  const unit = from.slice();
  const params = decode(space, unit);
  const active = [...unit.keys()].filter(
    (j) =>
      isActive(space.parameters[j], params) && cardinality(space.parameters[j].distribution) > 1,
  );
  if (active.length === 0) return unit;
  const always = active[rng.integer(0, active.length - 1)];
  const fresh = drawUnit(space, prior, rng);
  for (const j of active) {
    if (j !== always && rng.uniform() >= 1 / active.length) continue;
    const { distribution } = space.parameters[j];
    if (distribution.kind === "categorical") unit[j] = fresh[j];
    else unit[j] = reflect(unit[j] + stepOf(steps[j], heavyTails, rng));
  }
  return unit;
}

function stepOf(size: number, heavyTails: boolean, rng: Rng): number {
  if (!heavyTails) return size * rng.normal();
  // The ratio of two normals is a Cauchy variable.
  const step = (size * rng.normal()) / Math.max(1e-3, Math.abs(rng.normal()));
  return Math.min(1, Math.max(-1, step));
}

/** Into [0, 1) by reflection at the ends. */
function reflect(x: number): number {
  let u = Math.abs(x) % 2;
  if (u > 1) u = 2 - u;
  return Math.min(u, 1 - 1e-12);
}
