import { crc32 } from "node:zlib";

/** So many trials are dealt at once: then each costs little more than its own place. */
const BLOCK = 512;

/**
 * Deals trials 0, 1, 2, … to brackets by their shares, evenly but without a rhythm of their own, over
 * and over after S = Σ shares. The k-th trial of a bracket with share s has a place drawn from
 * [k, k + 1)·S/s, and trials take the places in their order. Cost and memory follow the trials that
 * are asked for, not S.
 * @param shares integers > 0
 * @returns the bracket's index by the trial's number
 */
export function bracketDeal(shares: readonly number[]): (trial: number) => number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const blocks = new Map<number, readonly number[]>();
  return (trial) => {
    const number = trial % total;
    const block = Math.floor(number / BLOCK);
    let dealt = blocks.get(block);
    if (!dealt) {
      dealt = dealtBetween(shares, total, block * BLOCK, (block + 1) * BLOCK);
      blocks.set(block, dealt);
    }
    return dealt[number - block * BLOCK];
  };
}

/**
 * The brackets of trials from … to − 1, and of some beyond. Below a place x lie between x − B and x + B of all places, B
 * the number of brackets: only those so near are looked at.
 */
function dealtBetween(
  shares: readonly number[],
  total: number,
  from: number,
  to: number,
): readonly number[] {
  const margin = shares.length + 2;
  let before = 0;
  const near = shares.flatMap((share, bracket) => {
    const at = (place: number): number => Math.floor((place * share) / total);
    const first = Math.max(0, at(from - margin) - 1);
    const last = Math.min(share - 1, at(to + margin) + 1);
    before += first;
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const k = first + i;
      const drawn = crc32(`${bracket}_${k}`) / 2 ** 32;
      return { bracket, place: ((k + drawn) * total) / share };
    });
  });
  near.sort((one, other) => one.place - other.place);
  return near.slice(from - before).map(({ bracket }) => bracket);
}
