import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { finalValues, type Curve } from "./final-values.ts";

const curve = (values: readonly number[], final?: number): Curve => ({
  steps: values.map((_, i) => i + 1),
  values,
  ...(final !== undefined && { final }),
});
/** Falls by half of what is left over its floor at each step. */
const falling = (floor: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => floor + (1 - floor) / (2 << i));

test("an end that is known stays; alone, a stopped curve is its last report", (t) => {
  t.deepEqual(finalValues([curve([3, 2], 1.5)]), [{ value: 1.5, sd: 0 }]);
  t.deepEqual(finalValues([curve([3, 2]), curve([5, 4])]), [
    { value: 2, sd: 0 },
    { value: 4, sd: 0 },
  ]);
});

test("what stopped early comes to what its like came to", (t) => {
  const floors = [0.1, 0.2, 0.3, 0.5, 0.6, 0.8];
  const whole = floors.map((floor) => curve(falling(floor, 10), falling(floor, 10).at(-1)));
  const [end] = finalValues([curve(falling(0.4, 2)), ...whole]);
  t.true(Math.abs(end.value - 0.4) < 0.03 && end.sd < 0.05, JSON.stringify(end));
});

test("a line goes from rung to rung where no curve goes from the first to the end", (t) => {
  const curves = [
    ...[0.1, 0.2, 0.3, 0.4].map((floor) => curve(falling(floor, 10), floor)),
    ...[0.35, 0.45, 0.5, 0.55].map((floor) => curve(falling(floor, 4))),
    curve(falling(0.7, 1)),
  ];
  const ends = finalValues(curves);
  t.true(Math.abs(ends[4].value - 0.35) < 0.05);
  t.true(Math.abs(ends[8].value - 0.7) < 0.1, JSON.stringify(ends[8]));
});

test("one explosion among the curves moves the others' ends little", (t) => {
  const whole = [0.1, 0.2, 0.3, 0.5, 0.6].map((floor) => curve(falling(floor, 10), floor));
  const stopped = curve(falling(0.4, 3));
  const [calm] = finalValues([stopped, ...whole]);
  const [shaken] = finalValues([stopped, ...whole, curve(falling(0.4, 10), 1e9)]);
  t.true(Math.abs(calm.value - shaken.value) < 0.1);
});

test("where early values tell nothing of the end, an estimate says so by its spread", (t) => {
  const rng = createRng(1);
  const whole = Array.from({ length: 30 }, () => curve([rng.uniform()], rng.uniform()));
  const ends = finalValues([...whole, curve([0.1]), curve([0.9])]).slice(30);
  t.true(
    ends.every(({ sd }) => sd > 0.15),
    JSON.stringify(ends),
  );
});
