import test from "ava";
import { example } from "../testing/examples.ts";
import { branchesData } from "./branches.ts";

test("each choice that others depend on is a row, with its trials and its best", (t) => {
  const study = example("branches");
  const { parameter, branches } = branchesData(study);
  t.is(parameter, "optimizer");
  t.deepEqual(
    branches.map(({ name }) => name),
    ["sgd", "momentum", "adam"],
  );
  t.is(
    branches.reduce((sum, { trials }) => sum + trials.length, 0),
    study.trials.length,
  );
  for (const { name, trials, best } of branches) {
    t.true(trials.every((number) => study.trials[number].params.optimizer === name));
    t.true(best !== undefined && trials.includes(best.trial));
  }
  t.is(branchesData(study, { params: ["nesterov"] }).branches.length, 2);
  t.throws(() => branchesData(study, { params: ["lr"] }), { message: /is no choice/ });
  t.throws(() => branchesData(example("network")), { message: /none of its parameters/ });
});
