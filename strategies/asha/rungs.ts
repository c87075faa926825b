import type { Params } from "../../src/space/search-space.ts";

/** A step at which trials pause. */
export interface Rung {
  readonly step: number;
  /** All that came here, best first; equals by age. */
  readonly entries: Entry[];
}

export interface Entry {
  /** At this rung; +Infinity: it diverged on the way here. */
  readonly value: number;
  readonly number: number;
  readonly params: Params;
  /** Whether the trial paused here, so that it may be continued. */
  readonly stands: boolean;
}

/** A training that came to its end. */
export interface Whole {
  readonly final: number;
  /** Its values at the rungs. */
  readonly path: readonly number[];
}

/** At minSteps·ηᵏ, rounded, below the last step. */
export function rungsUpTo(
  last: number,
  { minSteps, eta }: { readonly minSteps: number; readonly eta: number },
): Rung[] {
  const rungs: Rung[] = [];
  for (let at = minSteps; Math.round(at) < last; at *= eta) {
    const step = Math.round(at);
    if (step !== rungs.at(-1)?.step) rungs.push({ step, entries: [] });
  }
  return rungs;
}

export function insertEntry(entries: Entry[], entry: Entry): void {
  const key = ({ value }: Entry): number => (Number.isNaN(value) ? Infinity : value);
  let low = 0;
  for (let high = entries.length; low < high;) {
    const middle = (low + high) >> 1;
    if (key(entries[middle]) <= key(entry)) low = middle + 1;
    else high = middle;
  }
  entries.splice(low, 0, entry);
}

const LEAST_ENTRIES = 9;
/** More trainings than this need not be remembered to know the best of each kind. */
const MOST_WHOLES = 64;

/** Keeps the best ones. */
export function keepWhole(wholes: Whole[], whole: Whole): void {
  wholes.push(whole);
  wholes.sort((a, b) => a.final - b.final);
  wholes.length = Math.min(wholes.length, MOST_WHOLES);
}

/**
 * The lowest rung from which on all rungs are trusted; their count if the last one is not. A rung is
 * not trusted while the best training of all was in the worse half there, and one that the rung
 * would have let pass, as one of the best ⌊n/η⌋ of the n there, came out worse. Few tell nothing.
 */
export function firstTrusted(
  rungs: readonly Rung[],
  wholes: readonly Whole[],
  eta: number,
): number {
  for (let k = rungs.length - 1; k >= 0; k--) {
    const { entries } = rungs[k];
    if (entries.length < LEAST_ENTRIES) continue;
    const bar = entries[Math.floor(entries.length / eta) - 1].value;
    const middle = entries[entries.length >> 1].value;
    const judged = wholes.filter(({ path }) => path.length > k);
    const [best] = judged;
    if (best && best.path[k] > middle && judged.some(({ path }) => path[k] <= bar)) return k + 1;
  }
  return 0;
}
