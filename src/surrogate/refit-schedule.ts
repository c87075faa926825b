/**
 * At which history sizes hyperparameters are fitted, and from where.
 *
 * The sizes are fixed, not "every k suggestions": whoever asks at size n, having asked before or
 * not, gets the fit of the last size ≤ n. Fits start from the last anchor (sizes that grow by a
 * factor), so that a history that is read back at size 500 needs the few anchors and one fit, not all
 * the fits in between.
 */
export interface RefitSchedule {
  /** The largest size ≤ n with a fit, or of every third one only; n must be at least the first. */
  lastRefit(n: number, every?: 1 | 3): number;
  /** The largest anchor below a refit size; undefined for the first one. */
  anchorBelow(size: number): number | undefined;
  /** Whether this anchor's fit also starts afresh, in case the earlier ones are caught. */
  startsAfresh(size: number): boolean;
}

const ANCHOR_GROWTH = 1.2;
/** Every so many anchors, about whenever the history has doubled, a fit also starts afresh. */
const AFRESH_EVERY = 4;

/** Trials between two fits. */
function interval(n: number): number {
  if (n < 30) return 1;
  if (n < 60) return 2;
  if (n < 120) return 4;
  return n < 250 ? 10 : 25;
}

/** @param first the smallest size with a fit */
export function refitSchedule(first: number): RefitSchedule {
  const sizes = [first];
  const anchors = [first];
  const growTo = (n: number): void => {
    for (;;) {
      const last = sizes[sizes.length - 1];
      if (last > n) return;
      const next = last + interval(last);
      if (next >= ANCHOR_GROWTH * anchors[anchors.length - 1]) anchors.push(next);
      sizes.push(next);
    }
  };
  /** The index of the last number below the bound; 0 if there is none. */
  const indexBelow = (list: readonly number[], bound: number): number => {
    let low = 0;
    for (let high = list.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (list[middle] < bound) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    lastRefit(n, every = 1) {
      growTo(n);
      const index = indexBelow(sizes, n + 1);
      return sizes[index - (index % every)];
    },
    anchorBelow(size) {
      if (size <= first) return undefined;
      growTo(size);
      return anchors[indexBelow(anchors, size)];
    },
    startsAfresh(size) {
      growTo(size);
      const index = anchors.indexOf(size);
      return index >= 0 && index % AFRESH_EVERY === 0;
    },
  };
}
