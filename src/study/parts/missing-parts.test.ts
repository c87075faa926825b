import test from "ava";
import { random, tpe } from "../../../strategies/index.ts";
import { median } from "../../pruners/index.ts";
import { float, searchSpace } from "../../space/index.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { loadStudy } from "../load-study.ts";
import { createStudy } from "../open-study.ts";
import { isMissing, missingStrategy } from "./missing-parts.ts";

test("a study with a strategy of one's own goes on with no other one", async (t) => {
  const storage = await openStorage("memory:");
  const mine = { ...random(), name: "mine" };
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "own", space, strategy: mine }, { storage });
  await study.optimize(({ params }) => params.x, { trials: 2 });
  const asked = await study.ask();

  const byName = await loadStudy("own", { storage });
  t.is(byName.strategy.name, "mine");
  t.is(byName.trials().length, 3);
  await byName.tell(asked!.number, 0.5);
  await byName.enqueue({ x: 0.5 });
  const error = await t.throwsAsync(byName.ask());
  t.regex(
    error.message,
    /strategy "mine", a program's own.*--strategy FILE.*loadStudy\("own", \{ storage, strategy \}\)/,
  );
  t.is((await storage.readTrials(1)).trials.length, 4, "nothing was started");

  const given = await loadStudy("own", { storage, strategy: mine });
  t.is((await given.ask())?.params["x"], 0.5);
  t.is(given.versions.length, 1);
});

test("a study goes on with the strategy and the pruner that it has stored", async (t) => {
  const storage = await openStorage("memory:");
  const space = searchSpace({ x: float(0, 1) });
  const parts = { strategy: tpe({ startTrials: 3 }), pruner: median({ warmupSteps: 2 }) };
  await createStudy({ name: "stored", space, ...parts }, { storage });
  const study = await loadStudy("stored", { storage });
  const { strategy, versions } = study;
  t.deepEqual([strategy.name, strategy.options], ["tpe", { startTrials: 3 }]);
  t.is(versions.length, 1, "and that is no change");
  t.like(versions[0].pruner, { name: "median", options: { warmupSteps: 2 } });
  const trial = (await study.ask())!;
  trial.report(1, 1);
  t.false(trial.shouldPrune(), "it judges");
});

test("what stands for a strategy that is not there can be told from one", (t) => {
  t.true(isMissing(missingStrategy({ name: "mine" }, "s")));
  t.false(isMissing({ ...random(), name: "mine" }));
});
