import test from "ava";
import { example } from "../testing/examples.ts";
import { parallelData } from "./parallel.ts";

test("each trial with a value is a row, the best last, with what it lacks left open", (t) => {
  const study = example("branches");
  const { axes, rows, trials, grades } = parallelData(study);
  t.deepEqual(
    axes.map(({ name }) => name),
    ["optimizer", "lr", "momentum", "nesterov", "oneMinusBeta2", "value"],
  );
  t.deepEqual(
    axes.map(({ optional }) => optional),
    [false, false, true, true, true, false],
  );
  t.is(rows.length, study.trials.filter(({ state }) => state === "complete").length);
  const best = study.trials[trials.at(-1)!];
  t.deepEqual(rows.at(-1)!.slice(1, 2), [best.params.lr as number]);
  t.deepEqual([grades.at(-1), grades[0]], [1, 0]);
  t.true(grades.every((grade, i) => i === 0 || grade >= grades[i - 1]));
  const sgd = trials.findIndex((number) => study.trials[number].params.optimizer === "sgd");
  t.deepEqual(rows[sgd].slice(2, 5), [null, null, null]);
});

test("lines through one choice are spread around it in the order of the axis before", (t) => {
  const { rows } = parallelData(example("branches"), { params: ["lr", "optimizer"] });
  const adam = rows.filter((row) => Math.round(row[1]!) === 2).sort((a, b) => a[0]! - b[0]!);
  t.true(adam.length > 10);
  t.true(adam.every((row, i) => i === 0 || row[1]! >= adam[i - 1][1]!));
  t.true(adam.every((row) => Math.abs(row[1]! - 2) <= 0.3 + 1e-12));
});

test("parameters that never differ are left out and named; asked for, they are shown", (t) => {
  const study = example("branches");
  const alike = study.trials.map((trial) => ({ ...trial, params: { ...trial.params, lr: 0.1 } }));
  const { axes, facts } = parallelData({ ...study, trials: alike });
  t.false(axes.some(({ name }) => name === "lr"));
  t.is(facts[2], "without lr, of one value");
  t.is(parallelData({ ...study, trials: alike }, { params: ["lr"] }).axes[0].name, "lr");
  t.throws(() => parallelData({ ...study, trials: [] }), { message: /has two values yet/ });
});
