import test from "ava";
import { mannWhitney, mannWhitneyAsymptotic } from "./mann-whitney.ts";
import { quantile } from "./quantile.ts";
import { ranks } from "./ranks.ts";
import { wilcoxonSignedRank } from "./wilcoxon.ts";

// References: scipy 1.x stats.mannwhitneyu and stats.wilcoxon.
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-12;

test("Mann–Whitney: exact without ties, asymptotic with them", (t) => {
  const exact = mannWhitney([1.1, 2.2, 3.3, 9], [0.5, 2, 3, 4, 10]);
  t.is(exact.u, 10);
  t.true(near(exact.p, 1), `${exact.p}`);
  const ties = mannWhitney([1, 2, 2, 3], [2, 4, 4, 5, 6]);
  t.true(near(ties.p, 0.06056886020265745), `${ties.p}`);
  t.is(mannWhitneyAsymptotic([1, 1], [1, 1]).p, 1);
});

test("Wilcoxon: exact one-sided p, and the approximation with ties", (t) => {
  const differences = [1, -2, 3, 4, 5.5, -6];
  t.true(near(wilcoxonSignedRank(differences, "less").p, 0.71875));
  t.true(near(wilcoxonSignedRank(differences, "greater").p, 0.34375));
  t.is(wilcoxonSignedRank([0, 0]).p, 1);
  const tied = wilcoxonSignedRank([1, -1, 2, 2, 3, -4, 5]).p;
  t.true(near(tied, 0.2701810957102335), `${tied}`);
});

test("equal values share their mean rank", (t) => {
  t.deepEqual(ranks([3, 1, 3, 2]), [3.5, 1, 3.5, 2]);
});

test("quantiles are numpy's", (t) => {
  t.is(quantile([4, 1, 3, 2], 0.5), 2.5);
  t.is(quantile([1, 2, 3, 4], 0.1), 1.3);
  t.is(quantile([5], 0.9), 5);
  t.true(Number.isNaN(quantile([], 0.5)));
});
