import test from "ava";
import { asha, random } from "../../strategies/index.ts";
import { HpoError } from "../errors/errors.ts";
import { median, successiveHalving } from "../pruners/index.ts";
import { categorical, float, searchSpace } from "../space/index.ts";
import { checkCall, checkFields, checkOptimizeFields, checkParts } from "./definition-fields.ts";
import { runOptions, type OptimizeOptions, type RunDefaults } from "./run-options.ts";
import {
  checkDefinition,
  checkMetrics,
  declaredMetrics,
  type StudyDefinition,
} from "./study-definition.ts";
import { NEW_VERSION, sameVersion, versionsOf, versionsToJson } from "./study-version.ts";

const space = searchSpace({ x: float(0, 1) });

test("a definition is taken where each field is one that it may have, and refused by name else", (t) => {
  const taken: readonly Partial<StudyDefinition>[] = [
    {},
    { direction: "minimize" },
    { direction: "maximize" },
    { metrics: { loss: "minimize" } },
    { metrics: { loss: "minimize", accuracy: "maximize" } },
    { space, strategy: random(), pruner: median() },
    { strategy: "tpe", pruner: "median" },
    { trials: 0, maxRestarts: 0, seed: -7, workers: 1 },
    { workers: 10_000, timeoutMs: 0.5 },
    { lostTrials: "restart" },
    { lostTrials: "clone" },
    { artifacts: "kept", keepBest: 1, artifactsLimit: 1 },
    { timeoutMs: Infinity },
    { notify: "https://example.org/x" },
    { devices: "none", trialsPerDevice: 1 },
    { probe: () => ({ optimizer: 1 }) },
  ];
  for (const more of taken) {
    t.notThrows(() => checkDefinition({ name: "s", ...more }), JSON.stringify(more));
  }
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ name: "" }, /^A study needs a name, got name=""/],
    [{ name: 7 }, /^A study needs a name, got name=7/],
    [{ name: undefined }, /needs a name/],
    [{ name: "a\u0000" }, /The study's name/],
    [{ direction: "up" }, /^Study "s": direction="up" must be one of minimize, maximize/],
    [{ direction: "minimize", metrics: { a: "minimize" } }, /direction and metrics exclude/],
    [{ metrics: {} }, /metrics=\{\} names none/],
    [{ metrics: { a: "up" } }, /metrics\.a="up" must be one of/],
    [{ metrics: { "a\u0000": "minimize" } }, /the metric's name/],
    [{ lostTrials: "keep" }, /lostTrials="keep" must be one of restart, clone/],
    [{ prior: {} }, /prior=.* must be theory\(\)/],
    [{ probe: 1 }, /probe=1 must be a function/],
    [{ trials: -1 }, /trials=-1 must be an integer ≥ 0/],
    [{ maxRestarts: -1 }, /maxRestarts=-1 must be an integer ≥ 0/],
    [{ seed: 0.5 }, /seed=0\.5 must be an integer/],
    [{ workers: 0 }, /workers=0 must be an integer ≥ 1 and ≤ 10000/],
    [{ workers: 10_001 }, /workers=10001 must be/],
    [{ timeoutMs: 0 }, /timeoutMs=0 must be/],
    [{ timeoutMs: -1 }, /timeoutMs=-1 must be/],
    [{ artifacts: "" }, /artifacts="" must be a folder's path/],
    [{ artifacts: 7 }, /artifacts=7 must be/],
    [{ keepBest: 0 }, /Study "s": keepBest=0 must be/],
    [{ artifactsLimit: "much" }, /Study "s": artifactsLimit="much"/],
    [{ notify: 7 }, /Study "s": notify=7 must be/],
    [{ trialTimeoutMs: 0 }, /Study "s": trialTimeoutMs=0 must be/],
    [{ isolation: "vm" }, /Study "s": isolation="vm" must be one of/],
    [{ memoryLimit: "much" }, /Study "s": memoryLimit="much"/],
    [{ trialsPerDevice: 0 }, /trialsPerDevice=0 must be/],
    [{ devices: "gpu" }, /devices: "gpu" is no device/],
    [{ roles: { learningRate: "y" }, space }, /The role learningRate names "y"/],
    [{ space: {} }, /Study "s": space=.* must be a search space/],
    [{ space: { parameters: 3 } }, /Study "s": space=.* must be a search space/],
    [{ space: null }, /Study "s": space=null must be a search space/],
    [{ strategy: 7 }, /Study "s": strategy=7 must be a strategy/],
    [{ strategy: "tpee" }, /Study "s": strategy="tpee"/],
    [{ pruner: 7 }, /Study "s": pruner=7 must be a pruner/],
    [{ pruner: "medain" }, /Study "s": pruner="medain"/],
    [{ trails: 3 }, /no option "trails"/],
  ];
  for (const [more, message] of refused) {
    const definition = { name: "s", ...more } as StudyDefinition;
    t.throws(() => checkDefinition(definition), { instanceOf: HpoError, message });
  }
  for (const wrong of [null, undefined, "s", 7]) {
    t.throws(() => checkFields(wrong as never), {
      message: /^The study's definition=.* must be an object/,
    });
    t.throws(() => checkOptimizeFields(wrong as never), { message: /^optimize: options=/ });
    t.throws(() => checkCall("f", wrong as never, []), { message: /^f: options=/ });
  }
  t.notThrows(() => checkCall("f", { a: 1 }, ["a"]));
  t.throws(() => checkCall("f", { b: 1 }, ["a"]), { message: /"b"/ });
});

test("a strategy and a pruner that both stop all but the best exclude each other", (t) => {
  const promotes = asha({ strategy: random(), maxSteps: 9 });
  const races = successiveHalving();
  t.notThrows(() => checkParts("o", {}));
  t.notThrows(() => checkParts("o", { strategy: promotes }));
  t.notThrows(() => checkParts("o", { pruner: races }));
  t.notThrows(() => checkParts("o", { strategy: promotes, pruner: median() }));
  t.notThrows(() => checkParts("o", { strategy: random(), pruner: races }));
  t.throws(() => checkParts("o", { strategy: promotes, pruner: races }), {
    message: /^o: strategy "asha" and pruner ".*" both stop all but the best trials/,
  });
});

test("metrics are declared by a direction or by names, and fixed once they are stored", (t) => {
  t.deepEqual(declaredMetrics({ name: "s" }), { directions: ["minimize"] });
  t.deepEqual(declaredMetrics({ name: "s", direction: "maximize" }), { directions: ["maximize"] });
  t.deepEqual(declaredMetrics({ name: "s", metrics: { b: "maximize", a: "minimize" } }), {
    directions: ["maximize", "minimize"],
    metricNames: ["b", "a"],
  });
  const stored = (directions: readonly ("minimize" | "maximize")[], names?: readonly string[]) => ({
    ...{ id: 1, name: "s", directions, userAttrs: {} },
    systemAttrs: names ? { "study:metric_names": names } : {},
  });
  t.notThrows(() => checkMetrics({ name: "s" }, stored(["minimize"])));
  t.throws(() => checkMetrics({ name: "s", direction: "maximize" }, stored(["minimize"])), {
    message: /^Study "s" has the metrics minimize; its definition now says maximize\. A study's/,
  });
  t.throws(() => checkMetrics({ name: "s", metrics: { a: "minimize", b: "maximize" } }, stored(["minimize"])), {
    message: /the metrics minimize; its definition now says a: minimize, b: maximize/,
  }); // prettier-ignore
});

test("a run takes what it is given, else what its study says; a total only if nothing is added", (t) => {
  const until = () => undefined;
  const defaults: RunDefaults = {
    ...{ trials: 50, timeoutMs: 1000, until, workers: 3, keepBest: 2, artifactsLimit: "1GiB" },
    ...{ notify: "https://example.org", isolation: "thread", trialTimeoutMs: 5, silenceMs: 6 },
    ...{ abortGraceMs: 7, memoryLimit: "1GiB", devices: "none", trialsPerDevice: 1 },
    ...{ devicesPerTrial: 1, memoryPerTrial: 5, shareDevices: true },
  };
  const { trials: total, ...others } = defaults;
  const set = (options: object): object =>
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  t.deepEqual(set(runOptions({}, defaults)), { ...others, total });
  t.deepEqual(set(runOptions({ trials: 4 }, defaults)), { ...others, trials: 4 });
  t.deepEqual(set(runOptions({ total: 9 }, defaults)), { ...others, total: 9 });
  t.deepEqual(set(runOptions({}, {})), {});
  const own: OptimizeOptions = {
    ...{ timeoutMs: 1, until: [until], workers: 1, keepBest: 1, artifactsLimit: 7 },
    ...{ notify: "https://example.com", isolation: "process", trialTimeoutMs: 1, silenceMs: 1 },
    ...{ abortGraceMs: 1, memoryLimit: "2GiB", devices: "cpu", trialsPerDevice: 2 },
    ...{ devicesPerTrial: 2, memoryPerTrial: 1, shareDevices: false },
  };
  t.deepEqual(set(runOptions(own, defaults)), { ...own, total });
  const none = Object.fromEntries(Object.keys(own).map((name) => [name, undefined]));
  t.deepEqual(set(runOptions(none, defaults)), { ...others, total }, "undefined is nothing given");
});

test("a run's options are refused by name", (t) => {
  const fine: readonly OptimizeOptions[] = [
    { trials: 0, total: 0 },
    { timeoutMs: Infinity },
    { signal: new AbortController().signal },
    { catch: true },
    { catch: false },
    { catch: () => true },
    { onTrial: () => undefined },
    { until: [] },
  ];
  for (const options of fine) t.notThrows(() => runOptions(options, {}), JSON.stringify(options));
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ trials: -1 }, /^optimize: trials=-1 must be an integer ≥ 0/],
    [{ trials: 0.5 }, /^optimize: trials=0\.5/],
    [{ total: -1 }, /^optimize: total=-1/],
    [{ workers: 0 }, /^optimize: workers=0/],
    [{ timeoutMs: 0 }, /^optimize: timeoutMs=0/],
    [{ until: 3 }, /^optimize: until=3 must be a stop rule/],
    [{ until: [() => undefined, "x"] }, /^optimize: until="x"/],
    [{ signal: {} }, /^optimize: signal=.* must be an AbortSignal/],
    [{ signal: null }, /^optimize: signal=null must be an AbortSignal/],
    [{ onTrial: 3 }, /^optimize: onTrial=3 must be a function/],
    [{ catch: 3 }, /^optimize: catch=3 must be true, false, or a function/],
    [{ notify: 3 }, /^optimize: notify=3/],
    [{ keepBest: 0 }, /^optimize: keepBest=0/],
    [{ silenceMs: 0 }, /^optimize: silenceMs=0/],
    [{ nTrials: 3 }, /"nTrials"/],
  ];
  for (const [options, message] of refused) {
    t.throws(() => runOptions(options, {}), { instanceOf: HpoError, message });
  }
});

test("two versions are the same in what suggestions are made from", (t) => {
  const full = {
    ...{ seed: 1, trialBudget: 9, space, roles: { learningRate: "x" } },
    strategy: { name: "tpe", options: { gamma: 1 } },
    pruner: { name: "median", options: {} },
  };
  t.true(sameVersion(full, { ...full, space: searchSpace({ x: float(0, 1) }) }));
  t.true(sameVersion(NEW_VERSION, NEW_VERSION));
  t.deepEqual(NEW_VERSION, { seed: 0, strategy: { name: "auto" } });
  const others = [
    { seed: 2 },
    { trialBudget: 8 },
    { trialBudget: undefined },
    { space: searchSpace({ x: float(0, 2) }) },
    { space: undefined },
    { roles: undefined },
    { roles: { learningRate: "y" } },
    { strategy: { name: "random", options: { gamma: 1 } } },
    { strategy: { name: "tpe", options: { gamma: 2 } } },
    { pruner: { name: "patient", options: {} } },
    { pruner: null },
    { prior: { proposed: 1 } as never },
  ];
  for (const more of others) {
    t.false(sameVersion(full, { ...full, ...more }), JSON.stringify(more));
    t.false(sameVersion({ ...full, ...more }, full), JSON.stringify(more));
  }
  t.true(sameVersion(full, { ...full, pruner: undefined }), "not kept by earlier versions");
  t.true(sameVersion({ ...full, pruner: undefined }, full));
  t.true(sameVersion({ ...full, pruner: null }, { ...full, pruner: null }));
  const filed = { ...full, strategy: { name: "mine", options: {}, file: "/a#b" } };
  t.true(sameVersion(filed, filed));
  t.false(sameVersion(full, { ...full, strategy: { ...full.strategy, file: "/a#b" } }));
  t.false(sameVersion(filed, { ...filed, strategy: { ...filed.strategy, file: "/c#b" } }));
  t.true(sameVersion(filed, { ...filed, strategy: { name: "mine", options: {} } }));
});

test("versions come back from the storage as they went there", (t) => {
  const mixed = searchSpace({ x: float(0, 1), kind: categorical(["a", "b"]) });
  const versions = [
    NEW_VERSION,
    { seed: 3, strategy: { name: "tpe" }, pruner: null, space: mixed },
    {
      ...{ seed: 4, strategy: { name: "tpe", options: { gamma: 1 } }, space, trialBudget: 0 },
      ...{ pruner: { name: "median" }, roles: { learningRate: "x" } },
    },
  ];
  const stored = JSON.parse(JSON.stringify(versionsToJson(versions))) as unknown;
  t.deepEqual(versionsOf({ "hpo:versions": stored }), versions);
  t.deepEqual(versionsOf({}), []);
  t.throws(() => versionsOf({ "hpo:versions": {} }), { message: /is broken: it is no list/ });
});
