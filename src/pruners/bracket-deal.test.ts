import { crc32 } from "node:zlib";
import test from "ava";
import { bracketDeal } from "./bracket-deal.ts";

/** The same by sorting all places: what hyperband did until it cost in proportion to its steps. */
function dealtAll(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const places = shares.flatMap((share, bracket) =>
    Array.from({ length: share }, (_, k) => {
      const drawn = crc32(`${bracket}_${k}`) / 2 ** 32;
      return { bracket, place: ((k + drawn) * total) / share };
    }),
  );
  return places.sort((a, b) => a.place - b.place).map(({ bracket }) => bracket);
}

test("each trial has the bracket that sorting all places gives it", (t) => {
  // prettier-ignore
  const cases = [[1], [1, 1], [27, 12, 6, 4], [81, 54, 27, 15, 8, 5], [2187, 1094, 648, 365, 203, 114, 69, 44, 9], [5, 700, 3], [1, 1, 1, 1, 1, 2000]];
  for (const shares of cases) {
    const all = dealtAll(shares);
    const deal = bracketDeal(shares);
    const twice = Array.from({ length: 2 * all.length }, (_, trial) => deal(trial));
    t.deepEqual(twice, [...all, ...all], String(shares));
  }
});

test("brackets of a billion steps deal a far trial as they deal a near one", (t) => {
  const shares = Array.from({ length: 19 }, (_, b) => {
    let power = 1;
    for (let k = 0; k < 18 - b; k++) power *= 3;
    return Math.ceil((19 * power) / (19 - b));
  });
  const deal = bracketDeal(shares);
  const counts = (from: number) =>
    shares.map(
      (_, b) =>
        Array.from({ length: 3000 }, (_, i) => deal(from + i)).filter((one) => one === b).length,
    );
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (const from of [0, 1e6, 2e9]) {
    for (const [b, count] of counts(from).entries()) {
      t.true(Math.abs(count - (3000 * shares[b]) / total) < 2, `bracket ${b} from ${from}`);
    }
  }
});
