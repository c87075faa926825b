/** Points that were not tried yet: a finite space is never asked for the same point twice. */
import type { Domain } from "../../src/acquisition/domain.ts";
import type { Rng } from "../../src/numerics/rng.ts";
import { decode, encode, type Params } from "../../src/space/search-space.ts";
import { points } from "../../src/space/points.ts";
import { keyInside } from "../common/inside.ts";

/** Spaces with more points than this are sampled, not listed. */
const MOST_LISTED = 2000;
const RANDOM_TRIES = 200;

/** All points of a small finite space, with their keys; undefined for a larger one. */
export interface Listing {
  readonly keys: readonly string[];
  readonly points: readonly Float64Array[];
}

export function listPoints({ space }: Domain): Listing | undefined {
  if (
    space.parameters.some(
      ({ distribution: d }) => d.kind === "float" && d.step === undefined && d.low < d.high,
    )
  ) {
    return undefined;
  }
  const params: Params[] = [];
  for (const point of points(space)) {
    if (params.length === MOST_LISTED) return undefined;
    params.push(point);
  }
  return {
    keys: params.map((point) => keyInside(space, point)),
    points: params.map((point) => encode(space, point)),
  };
}

export interface Untried {
  /** Keys not to be suggested. */
  readonly tried: readonly ReadonlySet<string>[];
  /** The points left of a listed space. */
  readonly left?: readonly Float64Array[];
}

/**
 * What is left when finished and pending trials are taken out. When nothing is, everything may come
 * again: objectives are noisy.
 */
export function untried(
  listing: Listing | undefined,
  finished: ReadonlySet<string>,
  pending: ReadonlySet<string>,
): Untried {
  if (!listing) return { tried: [finished, pending] };
  const { points, keys } = listing;
  const left = points.filter((_, i) => !finished.has(keys[i]) && !pending.has(keys[i]));
  return left.length > 0 ? { tried: [finished, pending], left } : { tried: [], left: points };
}

/** Whether a point stands for parameters that are in none of the sets. */
function isUntried(
  domain: Domain,
  x: Float64Array,
  tried: readonly ReadonlySet<string>[],
): boolean {
  const key = keyInside(domain.space, decode(domain.space, x));
  return tried.every((set) => !set.has(key));
}

/** The best candidate that was not tried; failing that, a random untried point. */
export function firstUntried(
  domain: Domain,
  candidates: readonly Float64Array[],
  tried: readonly ReadonlySet<string>[],
  left: readonly Float64Array[] | undefined,
  rng: Rng,
): Float64Array {
  const found = candidates.find((x) => isUntried(domain, x, tried));
  if (found) return found;
  if (left) return left[rng.integer(0, left.length - 1)];
  for (let k = 0; k < RANDOM_TRIES; k++) {
    const x = domain.project(Float64Array.from({ length: domain.dimension }, () => rng.uniform()));
    if (isUntried(domain, x, tried)) return x;
  }
  return candidates[0];
}
