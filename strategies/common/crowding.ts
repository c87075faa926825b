import { nonDominatedRanks } from "../../src/numerics/pareto.ts";

/**
 * How much room each of some minimised points has among the others: the sum over the metrics of the
 * gap between its neighbours, relative to the range; Infinity at the ends. (Deb et al. 2002, III-B)
 */
export function crowdingDistances(points: readonly ArrayLike<number>[]): Float64Array {
  const distances = new Float64Array(points.length);
  const metricCount = points[0]?.length ?? 0;
  for (let m = 0; m < metricCount; m++) {
    const order = [...points.keys()].sort((a, b) => compare(points[a][m], points[b][m]) || a - b);
    const last = order.length - 1;
    distances[order[0]] = Infinity;
    distances[order[last]] = Infinity;
    const range = points[order[last]][m] - points[order[0]][m];
    for (let k = 1; k < last; k++) {
      const gap = points[order[k + 1]][m] - points[order[k - 1]][m];
      // Infinite values have no measurable room.
      const room = gap / range;
      if (range > 0 && room >= 0) distances[order[k]] += room;
    }
  }
  return distances;
}

/** The points' indices from best to worst: by front, within a front by room, then by age. */
export function byFrontAndRoom(points: readonly ArrayLike<number>[]): number[] {
  const ranks = nonDominatedRanks(points);
  const room = new Float64Array(points.length);
  const fronts = new Map<number, number[]>();
  ranks.forEach((rank, i) => fronts.set(rank, [...(fronts.get(rank) ?? []), i]));
  for (const front of fronts.values()) {
    const distances = crowdingDistances(front.map((i) => points[i]));
    front.forEach((i, k) => (room[i] = distances[k]));
  }
  return [...points.keys()].sort(
    (a, b) => ranks[a] - ranks[b] || compare(room[b], room[a]) || a - b,
  );
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
