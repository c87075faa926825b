/**
 * The search for the point that promises most: random points, variations and crossings of good
 * trials, some generations of evolution, then a climb from the best few.
 */
import type { Rng } from "../numerics/rng.ts";
import type { Acquisition } from "./acquisition.ts";
import { wholeCube, type Box, type Domain } from "./domain.ts";
import { polish, type Candidate } from "./polish.ts";
import { variation, type Variation } from "./variation.ts";

export interface SearchEffort {
  /** First candidates. */
  readonly candidates: number;
  readonly generations: number;
  readonly perGeneration: number;
  /** Candidates to climb from, and the iterations of each. */
  readonly climbs: number;
  readonly climbIterations: number;
}

export const GLOBAL_EFFORT: SearchEffort = {
  candidates: 64,
  generations: 3,
  perGeneration: 24,
  climbs: 4,
  climbIterations: 20,
};

export const LOCAL_EFFORT: SearchEffort = {
  candidates: 60,
  generations: 1,
  perGeneration: 48,
  climbs: 2,
  climbIterations: 20,
};

export interface SearchProblem {
  readonly acquisition: Acquisition;
  readonly domain: Domain;
  readonly box?: Box;
  /** Points of trials, best first. */
  readonly good: readonly Float64Array[];
}

const SURVIVORS = 12;
const LOCAL_STEPS = [0.3, 0.1, 0.03, 0.01, 0.002];
const GENERATION_STEPS = [0.2, 0.05, 0.01];
/** A choice among more is not gone through whole. */
const MOST_COMPARED = 100;
const OTHERS_COMPARED = 16;
/** Climbs start at least this far apart (largest coordinate difference). */
const APART = 0.02;

/** Candidates by falling value; the best first. */
export function maximizeAcquisition(
  problem: SearchProblem,
  effort: SearchEffort,
  rng: Rng,
): Candidate[] {
  const { acquisition, domain, box = wholeCube(domain.dimension) } = problem;
  const vary = variation(domain, box, rng);
  let population = ranked(acquisition, firstCandidates(vary, problem.good, effort.candidates, rng));
  for (let k = 0; k < effort.generations; k++) {
    const children = Array.from({ length: effort.perGeneration }, (_, q) =>
      childOf(population, q, vary, rng),
    );
    population = strongest([...population, ...ranked(acquisition, children)]);
  }
  const levels = comparedLevels(domain, problem.good, rng);
  const climbed = spread(population, effort.climbs).map((start) =>
    polish(acquisition, domain, levels, box, start, effort.climbIterations),
  );
  return [...climbed, ...population].sort(byValue);
}

/**
 * The values that a climb goes through, dimension by dimension: of a choice among many those that
 * trials have, and some others. What no trial has is all alike to a model.
 */
function comparedLevels(
  { levels }: Domain,
  good: readonly Float64Array[],
  rng: Rng,
): Domain["levels"] {
  return levels.map((values, i) => {
    if (!values || values.length <= MOST_COMPARED) return values;
    const compared = new Set(good.map((x) => x[i]).filter((value) => !Number.isNaN(value)));
    for (let k = 0; k < OTHERS_COMPARED; k++) {
      compared.add(values[rng.integer(0, values.length - 1)]);
    }
    return Float64Array.from(compared);
  });
}

const byValue = (a: Candidate, b: Candidate): number => b.value - a.value;

const strongest = (candidates: Candidate[]): Candidate[] =>
  candidates.sort(byValue).slice(0, SURVIVORS);

function ranked(acquisition: Acquisition, points: readonly Float64Array[]): Candidate[] {
  const d = points[0].length;
  const flat = new Float64Array(points.length * d);
  points.forEach((x, row) => flat.set(x, row * d));
  const values = acquisition.values(flat);
  return strongest(points.map((x, row) => ({ x, value: values[row] })));
}

/** Two fifths uniform, a third around the best trials, the rest crossings of those with others. */
function firstCandidates(
  vary: Variation,
  good: readonly Float64Array[],
  count: number,
  rng: Rng,
): Float64Array[] {
  const top = good.slice(0, 6);
  const uniform = top.length > 0 ? Math.floor(0.4 * count) : count;
  const around = top.length > 0 ? Math.floor(0.35 * count) : 0;
  const points = Array.from({ length: uniform }, () => vary.random());
  for (let k = 0; k < around; k++) {
    const parent = top[Math.floor(rng.uniform() * rng.uniform() * top.length)];
    points.push(vary.mutate(parent, LOCAL_STEPS[k % LOCAL_STEPS.length], rng.uniform()));
  }
  while (points.length < count) {
    const first = top[rng.integer(0, top.length - 1)];
    const second = good[rng.integer(0, Math.min(good.length, 20) - 1)];
    points.push(vary.cross(first, second, 0.5));
  }
  return points;
}

function childOf(
  population: readonly Candidate[],
  index: number,
  vary: Variation,
  rng: Rng,
): Float64Array {
  const parent = population[Math.floor(rng.uniform() * rng.uniform() * population.length)].x;
  if (rng.uniform() < 0.4) {
    const other = population[rng.integer(0, population.length - 1)].x;
    return vary.cross(parent, other, 0.6);
  }
  const size = GENERATION_STEPS[index % GENERATION_STEPS.length];
  return vary.mutate(parent, size, rng.uniform() * rng.uniform());
}

/** The best candidates that lie apart from each other. */
function spread(population: readonly Candidate[], count: number): Candidate[] {
  const chosen: Candidate[] = [];
  for (const candidate of population) {
    if (chosen.length >= count) break;
    if (chosen.every(({ x }) => isApart(x, candidate.x))) chosen.push(candidate);
  }
  return chosen;
}

/** Whether two points differ by more than APART somewhere, or in what exists. */
function isApart(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) {
    if (Math.abs(a[i] - b[i]) > APART || Number.isNaN(a[i]) !== Number.isNaN(b[i])) return true;
  }
  return false;
}
