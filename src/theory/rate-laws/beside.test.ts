import test from "ava";
import { besideOf } from "./beside.ts";

const trialsOf = (name: string, values: readonly number[]) =>
  values.map((value) => ({ learningRate: 0.1, batchSize: 8, value: 1, beside: { [name]: value } }));
const only = (name: string, values: readonly number[]) => besideOf(trialsOf(name, values))[0];

test("each parameter is fitted on its scale, and read back from it", (t) => {
  const cases = {
    momentum: [0, 0.9, 0.99],
    beta1: [0.5, 0.9, 0.95],
    one_minus_momentum: [0.01, 0.1, 1],
    decay: [1e-5, 1e-3, 1e-4],
    warmup: [0, 10, 20],
    dropout: [0.1, 0.2, 0.3],
  };
  for (const [name, values] of Object.entries(cases)) {
    const beside = only(name, values);
    beside.values.forEach((z, i) => {
      t.true(Math.abs(beside.back(z) - values[i]) < 1e-12, `${name} ${values[i]}`);
    });
  }
});

test("momentum stands as ln(1 − β), what spans a decade as its logarithm, else as it is, standardised", (t) => {
  t.deepEqual(only("momentum", [0.5, 0.9]).values, [Math.log1p(-0.5), Math.log1p(-0.9)]);
  t.deepEqual(only("oneMinusMomentum", [0.1, 1]).values, [Math.log(0.1), 0]);
  const decade = only("decay", [1, 10, 100]).values;
  t.true(
    Math.abs(decade[0] + decade[2]) < 1e-12 && Math.abs(decade[1]) < 1e-12,
    "even in the logarithm",
  );
  const less = only("decay", [1, 2, 9]).values;
  t.true(less[2] > 3 * -less[0], "less than a decade is not");
  t.true(only("decay", [-1, 10, 21]).values[1] === 0, "nor is what may be negative");
});

test("a heavy ball's momentum is believed to carry the rate with it, an average's and others not", (t) => {
  t.is(only("momentum", [0, 0.9]).shift.mean, 1);
  t.is(only("one-minus-momentum", [0.01, 0.1]).shift.mean, 1);
  t.is(only("beta1", [0, 0.9]).shift.mean, 0);
  t.is(only("momentum", [0.9, 9]).shift.mean, 0, "no momentum is 1 or more");
});

test("what does not vary, and what some trial lacks, says nothing", (t) => {
  t.deepEqual(besideOf(trialsOf("decay", [0.1, 0.1])), []);
  t.deepEqual(besideOf([...trialsOf("decay", [0.1, 0.2]), ...trialsOf("other", [1])]), []);
  t.deepEqual(besideOf([]), []);
});
