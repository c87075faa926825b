import test from "ava";
import { createStudy, float, searchSpace, TrialPruned, type Pruner } from "../index.ts";

const space = searchSpace({ x: float(0, 1) });
const own = (shouldPrune: unknown): Pruner => ({
  ...{ name: "own", init: () => 0, observe: (state: unknown) => state },
  shouldPrune: shouldPrune as Pruner["shouldPrune"],
});
const stateWith = async (pruner: Pruner): Promise<string> => {
  const study = await createStudy({ name: "s", space, pruner });
  await study.optimize(
    (trial) => {
      trial.report(1, 0);
      if (trial.shouldPrune()) throw new TrialPruned();
      return 1;
    },
    { trials: 1, catch: true },
  );
  const [trial] = study.finished;
  return trial.state === "failed" ? trial.failure.message : trial.state;
};

test("a pruner answers true or false; any other answer is told, and prunes nothing", async (t) => {
  t.is(await stateWith(own(() => true)), "pruned");
  t.is(await stateWith(own(() => false)), "complete");
  for (const odd of [async () => false, () => "no", () => ({ prune: false }), () => undefined]) {
    t.regex(await stateWith(own(odd)), /^The pruner "own" answered .* must give true or false/);
  }
});

test("a strategy can't change the reports that others see", async (t) => {
  const study = await createStudy({
    name: "s",
    space,
    strategy: {
      name: "sorting",
      init: () => 0,
      observe: (state, { reports }) => {
        t.throws(() => (reports as unknown[]).sort(), { instanceOf: TypeError });
        return state;
      },
      suggest: () => ({ kind: "params", params: { x: 0.5 } }),
    },
  });
  await study.optimize(
    (trial) => {
      for (const step of [0, 1, 2]) trial.report(3 - step, step);
      return 1;
    },
    { trials: 2 },
  );
  t.deepEqual(
    study.finished.map(({ reports }) => reports.map(({ step }) => step)),
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
  );
});
