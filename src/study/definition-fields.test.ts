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
import { asha, partialFixed, random } from "../../strategies/index.ts";
import { hyperband, median, patient, successiveHalving } from "../pruners/index.ts";

// A user would miss: a word where something in plain JavaScript is written wrongly.

const space = searchSpace({ x: float(0, 1) });
const strategy = random();

test("what no definition has, or what is no strategy, pruner or space, is refused by name", async (t) => {
  const wrong: [definition: object, message: RegExp][] = [
    [{ nTrials: 30 }, /no option "nTrials".*mean "trials"/],
    [{ storage: "sqlite:hpo.db" }, /no option "storage"/],
    [{ strategy: "tpee" }, /strategy="tpee": there is no such strategy\. Did you mean "tpe"\?/],
    [{ strategy: random }, /strategy=a function must be a strategy\..*strategy: tpe\(\)/],
    [
      { strategy: { name: "cma-es", options: { sigma: 0.3 } } },
      /must be a strategy\. Write: import \{ cmaEs \} from "hpo\/strategies", and strategy: cmaEs\(\{"sigma":0\.3\}\)\.$/,
    ],
    [
      { pruner: { name: "threshold", upper: 10 } },
      /import \{ threshold \} from "hpo\/pruners", and pruner: threshold\(\{"upper":10\}\)\.$/,
    ],
    [{ pruner: "medain" }, /pruner="medain": there is no such pruner\. Did you mean "median"\?/],
    [{ pruner: "patient" }, /patient: patience/],
    [{ pruner: median }, /pruner=a function must be a pruner\..*pruner: median\(\)/],
    [{ space: { x: [0, 1] } }, /space=.* must be a search space: searchSpace/],
    [{ space: "x" }, /space="x" must be/],
    ...[-1, 1.5, "3"].flatMap((count): [object, RegExp][] => [
      [{ trials: count }, /trials="?[-.\d]+"? must be an integer/],
      [{ maxRestarts: count }, /maxRestarts="?[-.\d]+"? must be an integer/],
    ]),
    [{ seed: 0.5 }, /seed=0\.5 must be an integer/],
    [{ workers: 0 }, /workers=0 must be/],
    [{ lostTrials: "keep" }, /lostTrials="keep" must be/],
    [{ prior: "theory" }, /prior="theory" must be theory\(\)/],
    [{ probe: {} }, /probe=.* must be a function/],
    [{ artifacts: "" }, /artifacts="" must be/],
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

test("what stands at the ends of its range is taken", (t) => {
  for (const more of [{ trials: 0 }, { maxRestarts: 0 }, { seed: -3 }, { workers: 1 }])
    t.notThrows(() => defineStudy({ name: "s", space, ...more }), JSON.stringify(more));
});

test("a role that there is not, or of no parameter, is refused by its name", (t) => {
  const told = (roles: object): string =>
    t.throws(() => defineStudy({ name: "roles", space, roles }), { instanceOf: HpoError }).message;
  const [first] = space.parameters;
  t.regex(
    told({ learningrate: first.name }),
    /"learningrate" is no role\. Did you mean "learningRate"/,
  );
  t.regex(told({ batchSize: "examples" }), /The role batchSize names "examples", which the space/);
  t.regex(told({ learningRate: { sgd: "fast" } }), /The role learningRate names "fast"/);
  t.regex(told({ momentum: 0.9 }), /roles\.momentum=0\.9 must be a parameter's name/);
  t.regex(told("lr" as never), /roles="lr" must be a map/);
  t.notThrows(() => defineStudy({ name: "roles", roles: { learningRate: "asked for later" } }));
});

test("a name stands for a strategy and a pruner with their defaults", async (t) => {
  const storage = memoryStorage();
  const definition = defineStudy({ name: "named", space, strategy: "random", pruner: "median" });
  const study = await openStudy(definition, { storage });
  const same = { name: "same", space, strategy: random(), pruner: median() };
  const [named, given] = [await study.ask(5), await (await createStudy(same)).ask(5)];
  t.deepEqual(
    named.map(({ params }) => params),
    given.map(({ params }) => params),
  );
  t.like(study.versions[0], { strategy: { name: "random" }, pruner: { name: "median" } });
  const loaded = await loadStudy("named", { storage, strategy: "tpe" });
  t.deepEqual(
    loaded.versions.map(({ strategy, pruner }) => [strategy.name, pruner?.name]),
    [
      ["random", "median"],
      ["tpe", "median"],
    ],
  );
  await t.throwsAsync(loadStudy("named", { storage, strategy: "bayes" as never }), {
    instanceOf: HpoError,
    message: /loadStudy: strategy="bayes": there is no such strategy\. Did you mean "bayesian"\?/,
  });
  for (const make of [
    () => asha({ strategy: "tpe" as never }),
    () => partialFixed({ x: 0.5 }, "tpe" as never),
    () => patient({ patience: 1, pruner: "median" as never }),
  ]) {
    t.throws(make, { instanceOf: HpoError, message: /="\w+" must be a (strategy|pruner)\. Write/ });
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
  for (const timeoutMs of [0, -1, NaN]) {
    await refused(study.optimize(() => 1, { timeoutMs }), /timeoutMs=.* must be/); // prettier-ignore
  }
  for (const trials of [-1, 0.5]) {
    await refused(study.optimize(() => 1, { trials }), /optimize: trials=.* must be an integer/); // prettier-ignore
    await refused(study.optimize(() => 1, { total: trials }), /optimize: total=.* must be/); // prettier-ignore
  }
  await refused(study.optimize(() => 1, { workers: 0 }), /optimize: workers=0 must be/); // prettier-ignore
  for (const wrong of [{ until: 3 }, { signal: {} }, { onTrial: 1 }, { catch: "all" }]) {
    const message = new RegExp(`optimize: ${Object.keys(wrong)[0]}=.* must be`);
    await refused(study.optimize(() => 1, wrong as never), message); // prettier-ignore
  }
  await refused(openStudy({ name: "s", space }, { trials: 30 } as never), /no option "trials"/);
  await refused(createStudy({ name: "t", space }, "sqlite:hpo.db" as never), /must be an object/);
  await refused(loadStudy("s", { storag: storage } as never), /"storag".*mean "storage"/);
  t.is(study.trials().length, 0);
});

test("asha promotes by itself: a pruner that races beside it is refused, by the remedy", async (t) => {
  const refused =
    /both stop all but the best trials.*Drop the pruner, or take the strategy that "[\w-]+" is over/;
  const held = patient({ pruner: hyperband(), patience: 2 });
  const fixed = partialFixed({ x: 0.5 }, asha());
  const two = [
    { strategy: "asha", pruner: "hyperband" },
    { strategy: asha(), pruner: successiveHalving() },
    { strategy: fixed, pruner: hyperband() },
    { strategy: asha(), pruner: held },
    { strategy: "asha", pruner: "wilcoxon" },
  ] as const;
  for (const parts of two) {
    await t.throwsAsync(createStudy({ name: "two", space, ...parts }), { message: refused });
  }
  await createStudy({ name: "one", space, strategy: "asha", pruner: "median" });
  const storage = memoryStorage();
  await createStudy({ name: "old", space, strategy: "tpe", pruner: "hyperband" }, { storage });
  await t.throwsAsync(loadStudy("old", { storage, strategy: "asha" }), { message: refused });
  await loadStudy("old", { storage });
});
