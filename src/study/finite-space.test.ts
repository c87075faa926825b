import test from "ava";
import { categorical, createStudy, int, searchSpace, TrialPruned } from "../index.ts";
import { grid, random } from "../../strategies/index.ts";
import { newStudy, xOf } from "./testing/small-study.ts";

test("ask(n) gives n trials that differ, and fewer when nothing is left", async (t) => {
  const study = await newStudy();
  const asked = await study.ask(5);
  t.is(new Set(asked.map((trial) => xOf(trial))).size, 5);
  const small = await createStudy({
    name: "g",
    space: searchSpace({ n: int(1, 3) }),
    strategy: grid(),
  });
  t.is((await small.ask(5)).length, 3);
  t.is(await small.ask(), undefined);
});

test("a grid is run once over, failed and pruned points included, by four workers", async (t) => {
  const finite = searchSpace({ n: int(1, 5), c: categorical(["a", "b", null]) });
  const study = await createStudy({ name: "g", space: finite, strategy: grid() });
  const reason = await study.optimize(
    async (trial) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (trial.number % 5 === 0) return NaN;
      if (trial.number % 5 === 1) throw new TrialPruned();
      return trial.number;
    },
    { workers: 1 },
  );
  t.is(reason, "nothing is left to suggest");
  t.is(new Set(study.trials().map((trial) => JSON.stringify(trial.params))).size, 15);
  t.is(study.trials().length, 15);
});

test("no point of a finite space is tried twice, unless repeats are asked for", async (t) => {
  const finite = searchSpace({ n: int(1, 4), b: categorical([true, false]) });
  const objective = (): number => 1;
  const once = await createStudy({ name: "a", space: finite, strategy: random() });
  await once.optimize(objective, { trials: 50 });
  t.is(once.trials().length, 8);
  const twice = await createStudy({ name: "b", space: finite, strategy: random(), repeats: true });
  await twice.optimize(objective, { trials: 50 });
  t.is(twice.trials().length, 50);
  t.deepEqual([once.repeats, twice.repeats], [false, true]);
});

test("a single-value domain needs no strategy", async (t) => {
  const study = await createStudy({ name: "d", strategy: random() });
  const trial = (await study.ask())!;
  t.is(trial.suggestFloat("a", 2, 2), 2);
  t.is(trial.suggestCategorical("b", ["only"]), "only");
});
