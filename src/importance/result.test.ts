import test from "ava";
import { toShares } from "./result.ts";

test("shares are parts of the sum, largest first, and what is below 0 has none", (t) => {
  const shares = toShares([
    { name: "a", raw: 1, repeats: [1, 1] },
    { name: "b", raw: -2, repeats: [-2, 0] },
    { name: "c", raw: 3, repeats: [1, 3], more: { total: 0.5 } },
  ]);
  // Of c the repeats say ½ and ¾.
  t.deepEqual(shares, [
    { name: "c", share: 0.75, spread: 0.125, total: 0.5 },
    { name: "a", share: 0.25, spread: 0.125 },
    { name: "b", share: 0, spread: 0 },
  ]);
});

test("where nothing is important all shares are 0, in the parameters' order", (t) => {
  const shares = toShares(["b", "a"].map((name) => ({ name, raw: 0, repeats: [] })));
  t.deepEqual(shares, [
    { name: "b", share: 0, spread: 0 },
    { name: "a", share: 0, spread: 0 },
  ]);
  t.deepEqual(toShares([]), []);
});
