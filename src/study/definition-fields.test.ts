import test from "ava";
import {
  createStudy,
  defineStudy,
  float,
  HpoError,
  loadStudy,
  memoryStorage,
  openStudy,
  searchSpace,
} from "../index.ts";
import { random } from "../../strategies/index.ts";

// A user would miss: a word where something in plain JavaScript is written wrongly.

const space = searchSpace({ x: float(0, 1) });
const strategy = random();

test("what no definition has, or what is no strategy, pruner or space, is refused by name", async (t) => {
  const wrong: [definition: object, message: RegExp][] = [
    [{ nTrials: 30 }, /no option "nTrials".*mean "trials"/],
    [{ storage: "sqlite:hpo.db" }, /no option "storage"/],
    [{ strategy: "tpe" }, /strategy="tpe" must be a strategy\..*strategy: tpe\(\)/],
    [{ strategy: random }, /strategy=a function must be a strategy/],
    [{ pruner: "median" }, /pruner="median" must be a pruner\..*pruner: median\(\)/],
    [{ space: { x: [0, 1] } }, /space=.* must be a search space: searchSpace/],
    [{ space: "x" }, /space="x" must be/],
  ];
  for (const [extra, message] of wrong) {
    const definition = { name: "s", ...extra } as never;
    t.throws(() => defineStudy(definition), { instanceOf: HpoError, message });
    await t.throwsAsync(createStudy(definition), { instanceOf: HpoError, message });
    await t.throwsAsync(openStudy(definition), { instanceOf: HpoError, message });
  }
  for (const definition of [undefined, null, "s"] as never[]) {
    t.throws(() => defineStudy(definition), { instanceOf: HpoError, message: /must be an object/ });
    await t.throwsAsync(openStudy(definition), { instanceOf: HpoError });
  }
});

test("an option of a call that does not have it is refused", async (t) => {
  const storage = memoryStorage();
  const study = await createStudy({ name: "s", space, strategy }, { storage });
  const refused = (work: Promise<unknown>, message: RegExp) =>
    t.throwsAsync(work, { instanceOf: HpoError, message });
  await refused(
    study.optimize(() => 1, { nTrials: 3 } as never),
    /optimize.*"nTrials".*"trials"/,
  );
  await refused(
    study.optimize(() => 1, { storage } as never),
    /no option "storage"/,
  );
  await refused(
    study.optimize(() => 1, 30 as never),
    /options=30 must be an object/,
  );
  await refused(openStudy({ name: "s", space }, { trials: 30 } as never), /no option "trials"/);
  await refused(createStudy({ name: "t", space }, "sqlite:hpo.db" as never), /must be an object/);
  await refused(loadStudy("s", { storag: storage } as never), /"storag".*mean "storage"/);
  t.is(study.trials().length, 0);
});
