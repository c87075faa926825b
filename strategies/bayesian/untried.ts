/** Points that were not tried yet: a finite space is never asked for the same point twice. */
import type { Domain } from "../../src/acquisition/domain.ts";
import { decode, encode, points, type Params } from "../../src/space/search-space.ts";
import { keyOf } from "./history.ts";

/** Spaces with more points than this are sampled, not listed. */
const MOST_LISTED = 2000;

/** All points of a small finite space, with their keys; undefined for a larger one. */
export interface Listing {
  readonly params: readonly Params[];
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
    params,
    keys: params.map((point) => keyOf(space, point)),
    points: params.map((point) => encode(space, point)),
  };
}

/** Whether a point stands for parameters that are in none of the sets. */
export function isUntried(
  domain: Domain,
  x: Float64Array,
  tried: readonly ReadonlySet<string>[],
): boolean {
  const key = keyOf(domain.space, decode(domain.space, x));
  return tried.every((set) => !set.has(key));
}
