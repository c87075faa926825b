const SHORTEST_MS = 50;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try, after so many: longer and longer, up to half a minute, with
 * full jitter, so that many who lost one server do not come back at one moment.
 */
export const backoffMs = (tries: number): number =>
  SHORTEST_MS + jitter() * Math.min(LONGEST_MS, SHORTEST_MS * 2 ** tries);

/** In [0, 1), of the clock: it decides nothing that a study sees. */
const jitter = (): number => Number(process.hrtime.bigint() % 1000n) / 1000;
