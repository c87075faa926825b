import test from "ava";
import { strategies, type StrategyName } from "../../strategies/index.ts";
import { csvOf, rowsOf } from "../export/table.ts";
import { trialToJson } from "../export/trial-json.ts";
import {
  categorical,
  copyStudy,
  float,
  int,
  oneOf,
  openStudy,
  loadStudy,
  renameStudy,
  searchSpace,
  spaceFromJson,
  spaceOf,
  type Declaration,
  type Params,
} from "../index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { checkDefinition } from "./study-definition.ts";
import { tempFolder } from "../testing/temp-folder.ts";

/** What every object has already, and other names that break naive code. */
const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  " ",
  "a.b",
  "é",
];

const declarations = Object.fromEntries(
  NAMES.map((name, i): [string, Declaration] => [
    name,
    i % 3 === 0 ? float(1e-4, 1, { log: true }) : i % 3 === 1 ? int(1, 9) : categorical(["a", "b"]),
  ]),
);
const sumOf = (params: Params): number =>
  NAMES.reduce((sum, name) => sum + (typeof params[name] === "number" ? params[name] : 0.5), 0);

const cheap = Object.keys(strategies).filter(
  (name) => !["auto", "asha", "grid"].includes(name),
) as StrategyName[];

for (const strategy of cheap) {
  test(`${strategy} searches parameters whatever their names`, async (t) => {
    const study = await openStudy({
      name: "names",
      space: searchSpace(declarations),
      strategy: strategies[strategy](),
      objective: ({ params }) => sumOf(params),
    });
    await study.optimize({ trials: 14 });
    for (const { params, values } of study.bestTrials) {
      t.deepEqual(Object.keys(params).sort(), [...NAMES].sort());
      t.is(values[0], sumOf(params));
    }
  });
}

test("names that every object has are kept in a database, by objectives that define as they run, in logs and exports", async (t) => {
  const storage = `sqlite:${await tempFolder(t)}/names.db`;
  const study = await openStudy(
    {
      name: "names",
      objective: (trial) => {
        for (const name of NAMES) {
          const value = trial.suggestFloat(name, 0, 1);
          trial.log({ [name]: value }, 1);
          trial.setUserAttr(name, `${value}`);
        }
        return sumOf(trial.params);
      },
    },
    { storage },
  );
  await study.optimize({ trials: 4 });
  const again = await loadStudy("names", { storage });
  t.is(again.trials().length, 4);
  for (const trial of again.trials()) {
    t.deepEqual(Object.keys(trial.params).sort(), [...NAMES].sort());
    t.deepEqual(Object.keys(trial.distributions).sort(), [...NAMES].sort());
    for (const name of NAMES) {
      t.is(trial.userAttrs[name], String(trial.params[name]));
    }
    const curves = trial.systemAttrs["hpo:curves"] as Record<string, unknown>;
    for (const name of NAMES) t.deepEqual(curves[name], [[1, trial.params[name]]]);
    t.deepEqual(Object.keys(trialToJson(trial).params).length, NAMES.length);
  }
  const [header] = csvOf(rowsOf(again.trials(), ["value"])).split("\r\n");
  for (const name of NAMES) t.true(header.includes(`params.${name}`), name);
});

test("a range that is none is refused with its parameter's name", async (t) => {
  const study = await openStudy({
    name: "ranges",
    objective: (trial) => trial.suggestFloat("lr", 1, 0),
  });
  await t.throwsAsync(study.optimize({ trials: 1 }), { message: /^"lr": float: low=1 lies above/ });
  const distribution = {
    name: "IntDistribution",
    attributes: { low: 3, high: 1, log: false, step: 1 },
  };
  t.throws(() => spaceFromJson([{ name: "n", distribution }]), {
    message: /^"n": int: low=3 lies/,
  });
});

test("a name that a database would change is refused wherever one is given", async (t) => {
  const storage = `sqlite:${await tempFolder(t)}/names.db`;
  const space = searchSpace({ x: float(0, 1) });
  const study = await openStudy({ name: "kept", space }, { storage });
  for (const name of ["a\0b", "a\ud800"]) {
    const refused = { message: /holds U\+(0000|D800), which databases don't keep/ };
    t.throws(() => searchSpace({ [name]: float(0, 1) }), refused);
    await t.throwsAsync(openStudy({ name, space }, { storage }), refused);
    await t.throwsAsync(openStudy({ name: "m", metrics: { [name]: "minimize" } }), refused);
    await t.throwsAsync(renameStudy("kept", name, { storage }), refused);
    await t.throwsAsync(copyStudy("kept", name, { storage }), refused);
    await t.throwsAsync(renameStudy("kept", "", { storage }), { message: /new name is empty/ });
    await t.throwsAsync(renameStudy("kept", "http://a/b", { storage }), {
      message: /new name "http:\/\/a\/b" reads as an address, .* Begin it otherwise/,
    });
    await t.throwsAsync(copyStudy("kept", "", { storage }), { message: /name is empty/ });
    await t.throwsAsync(study.setUserAttr(name, 1), refused);
    const asks = await openStudy({ name: "asks" });
    await t.throwsAsync(
      asks.optimize((trial) => trial.suggestFloat(name, 0, 1), { trials: 1 }),
      refused,
    );
  }
});

test("a study's name stays in its line of a message, whatever it holds", async (t) => {
  const name = 'a\n"b';
  const study = await openStudy({ name, metrics: { x: "minimize", y: "minimize" } });
  const told = [
    t.throws(() => study.best).message,
    t.throws(() => checkDefinition({ name, trials: -1 })).message,
    (await t.throwsAsync(openStudy({ name, direction: "up" as never }))).message,
    (await t.throwsAsync(study.optimize({ trials: 1 }))).message,
  ];
  for (const message of told) t.regex(message, /^[^\n]*tudy "a\\n\\"b"[^\n]*$/);
});

test("a parameter without a name is refused, and shown where a stored study has one", async (t) => {
  const refused = { message: /name is "", an empty text\. Give it one, as "lr"/ };
  t.throws(() => searchSpace({ "": float(0, 1) }), refused);
  const { distribution } = float(0, 1);
  const unnamed = spaceOf([{ name: "", distribution, conditions: [] }]);
  await t.throwsAsync(openStudy({ name: "s", space: unnamed }), refused);
  const asks = await openStudy({ name: "asks" });
  await t.throwsAsync(
    asks.optimize((trial) => trial.suggestFloat("", 0, 1), { trials: 1 }),
    refused,
  );
  const asked = await asks.ask();
  t.throws(() => asked!.suggestInt("", 0, 1), refused);
  t.throws(() => asked!.suggestCategorical("", ["a"]), refused);

  // As Optuna takes it.
  const storage = memoryStorage();
  const { id } = await storage.createStudy({ name: "optunas", directions: ["minimize"] });
  const [params, at] = [{ "": 0.5 }, new Date()];
  const trial = { state: "complete", params, distributions: { "": distribution }, values: [1] };
  await storage.createTrials(id, [
    {
      ...trial,
      number: 0,
      reports: [],
      userAttrs: {},
      systemAttrs: {},
      startedAt: at,
      completedAt: at,
    },
  ] as never);
  const study = await loadStudy("optunas", { storage });
  t.deepEqual(study.best.params, params);
  t.is(typeof (await study.ask())!.suggestFloat("", 0, 1), "number", "it can go on");
});

test("what an objective does to its parameters leaves the history as it was", async (t) => {
  const study = await openStudy({ name: "kept", space: searchSpace({ x: float(0, 1) }) });
  const objective = ({ params }: { readonly params: Params }): number => {
    Object.assign(params, { x: 5, epochs: 3 });
    return params["x"] as number;
  };
  await study.optimize(objective, { trials: 2 });
  for (const { params } of study.trials("complete")) {
    t.deepEqual(Object.keys(params), ["x"]);
    t.true((params["x"] as number) <= 1);
  }
  t.deepEqual(study.best.values, [5]);
  const { params, values } = study.best;
  t.throws(() => Object.assign(params, { x: 7 }), { instanceOf: TypeError });
  t.throws(() => Object.assign(values, [7]), { instanceOf: TypeError });
  const two = await openStudy({ name: "two", metrics: { a: "minimize", b: "minimize" } });
  const reused = [0, 0];
  await two.optimize(({ number }) => Object.assign(reused, [number, number]), { trials: 2 });
  t.deepEqual(
    two.trials("complete").map((trial) => trial.state === "complete" && trial.values),
    [
      [0, 0],
      [1, 1],
    ],
  );
});

test("what is no space, no choices and no storage is told in plain JavaScript, too", async (t) => {
  t.throws(() => searchSpace(null as never), { message: /^searchSpace=null must be an object/ });
  t.throws(() => searchSpace({ x: [0, 1] } as never), { message: /searchSpace: x=\[0,1\] must/ });
  t.throws(() => categorical("abc" as never), { message: /choices="abc" must be a list/ });
  const storage = 5 as never;
  await t.throwsAsync(openStudy({ name: "s" }, { storage }), { message: /^storage=5 must be/ });
});

test("branches have parameters of such names, too", (t) => {
  const space = searchSpace(
    oneOf("kind", {
      a: Object.fromEntries([["__proto__", float(0, 1)]]),
      b: { constructor: int(0, 3) },
    }),
  );
  t.deepEqual(space.parameters.map(({ name }) => name).sort(), [
    "__proto__",
    "constructor",
    "kind",
  ]);
});
