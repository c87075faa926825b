import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { categorical, float, int, searchSpace } from "../../space/index.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { checkTrialOptions, trialOptionsOver, type TrialOptions } from "../trial-options.ts";
import { deviceOptionsOver, parseDeviceOptions } from "../devices/options.ts";
import { commandEnvironment } from "./command-environment.ts";
import {
  commandPlanner,
  folderProblem,
  isTooLong,
  prepareTrial,
  tellWhyStopped,
  workingDirectory,
  type CommandInputs,
} from "./command-plan.ts";
import { isFlag, isOn } from "./placeholders.ts";
import { startFailure } from "./start-failure.ts";

const trial = (more: Partial<CommandInputs> = {}): CommandInputs => ({
  ...{ number: 7, params: { lr: 1, n: 2 }, seed: 1007, directoryPath: "/t/7", ...more },
});
const config = { command: "train {lr} {trial_dir}", env: {}, shell: false };

test("a trial's command gets its arguments, its folders and its whole environment", (t) => {
  const plan = commandPlanner({ ...config, cwd: "/" }, { floats: ["lr"] });
  const { env, ...rest } = plan(trial());
  const unbuffered = process.env["PYTHONUNBUFFERED"] === undefined ? { PYTHONUNBUFFERED: "1" } : {};
  t.deepEqual(rest, {
    ...{ argv: ["train", "1", "/t/7"], cwd: "/", directory: "/t/7" },
    ...{ checkpointDirectory: "/t/7/checkpoints", paramsJson: '{"lr":1.0,"n":2}' },
  });
  const own = join("/t/7", env["HPO_PARAMS_FILE"].slice("/t/7/".length, -"/params.json".length));
  const common = {
    ...unbuffered,
    HPO_PARAMS: '{"lr":1.0,"n":2}',
    HPO_PARAMS_FILE: join(own, "params.json"),
    HPO_TRIAL_NUMBER: "7",
    HPO_TRIAL_SEED: "1007",
    HPO_TRIAL_DIR: "/t/7",
    HPO_CHECKPOINT_DIR: "/t/7/checkpoints",
    HPO_STOP_FILE: join(own, "stop.json"),
    HPO_GRACE_SECONDS: "10",
  };
  t.deepEqual(env, common);
  const full = commandPlanner({ ...config, cwd: "/", graceMs: 1500, env: { A: "x", B: "y" }, command: "B=z C={n} t" }); // prettier-ignore
  const given = full(
    trial({
      study: { name: "s", metrics: { loss: "minimize" } },
      continueFrom: { number: 3, directory: "/t/3", lastStep: 0 },
      maxStep: 0,
    }),
    { name: "cuda:1", env: { C: "lease", D: "lease" } },
  );
  t.deepEqual(given.argv, ["t"]);
  t.deepEqual(given.env, {
    ...common,
    ...{ A: "x", B: "z", C: "lease", D: "lease", HPO_GRACE_SECONDS: "1.5" },
    ...{ HPO_PARAMS: '{"lr":1,"n":2}', HPO_TRIAL_DEVICE: "cuda:1" },
    ...{ HPO_STUDY_NAME: "s", HPO_METRICS: '{"loss":"minimize"}' },
    ...{ HPO_CONTINUE_FROM: "3", HPO_CONTINUE_DIR: "/t/3/checkpoints", HPO_CONTINUE_STEP: "0" },
    HPO_MAX_STEP: "0",
  });
});

test("floats stay floats in the parameters' JSON, and what is too long stands in its file alone", (t) => {
  const json = (params: CommandInputs["params"], floats: readonly string[]) =>
    commandPlanner({ ...config, command: "t" }, { floats })(trial({ params })).paramsJson;
  t.is(json({ a: 1, b: -2, c: 0.5, d: 1e21, e: "1", f: true, g: null }, ["a", "b", "c", "d", "e"]),
    '{"a":1.0,"b":-2.0,"c":0.5,"d":1e+21,"e":"1","f":true,"g":null}'); // prettier-ignore
  t.is(json({ 'a"b': 1 }, []), '{"a\\"b":1}');
  t.is(json({}, []), "{}");
  const limit = 120 * 1024;
  t.false(isTooLong("x".repeat(limit)));
  t.true(isTooLong("x".repeat(limit + 1)));
  t.true(isTooLong("π".repeat(limit / 2 + 1)));
  const long = commandPlanner({ ...config, command: "t" })(
    trial({ params: { x: "y".repeat(limit) } }),
  );
  t.is(long.env["HPO_PARAMS"], "");
  t.true(long.paramsJson.length > limit);
});

test("a command's placeholders are the parameters' and ours; a name of both is refused where it is used", (t) => {
  const plan = (command: string | string[], parameters?: readonly string[]) => () =>
    commandPlanner({ ...config, command }, { parameters });
  t.notThrows(plan("t {lr} {trial_number} {trial_seed} {checkpoint_dir} {params_file}", ["lr"]));
  t.throws(plan("t {n}", ["lr"]), { message: /\{n\} names no parameter/ });
  t.notThrows(plan("t {n}"));
  t.notThrows(plan("t {lr}", ["lr", "trial_dir"]), "it is not used");
  t.notThrows(plan("t {{trial_dir}}", ["trial_dir"]), "as text");
  for (const command of ["t {trial_dir}", "t {trial_dir|x}", ["t", "{trial_dir}"]]) {
    t.throws(plan(command, ["trial_dir"]), {
      message: /^The command's \{trial_dir\} is the parameter "trial_dir" or the placeholder/,
    });
  }
});

test("a trial's folders and files are made, and an earlier attempt's word to stop is gone", async (t) => {
  const folder = join(await tempFolder(t), "a", "7");
  const plan = commandPlanner({ ...config, command: "t" })(trial({ directoryPath: folder }));
  const stopFile = plan.env["HPO_STOP_FILE"];
  const notes: string[] = [];
  const note = (problem: string) => notes.push(problem);
  tellWhyStopped(plan, {}, note);
  t.regex(notes[0], /^why it is stopped could not be written: ENOENT/);
  prepareTrial(plan);
  t.true(existsSync(plan.checkpointDirectory));
  t.is(readFileSync(plan.env["HPO_PARAMS_FILE"], "utf8"), '{"lr":1,"n":2}');
  tellWhyStopped(plan, { reason: "pruned" }, note);
  t.is(readFileSync(stopFile, "utf8"), '{"reason":"pruned"}\n');
  prepareTrial(plan);
  t.false(existsSync(stopFile));
  t.is(notes.length, 1);
  const file = join(folder, "file");
  writeFileSync(file, "");
  t.is(folderProblem(folder), undefined);
  t.is(folderProblem(file), "is a file");
  t.is(folderProblem(join(folder, "none")), "does not exist");
  t.regex(folderProblem(join(file, "x")) ?? "", /does not exist|can't be used/);
  t.is(workingDirectory(folder), folder);
  t.is(workingDirectory(), process.cwd());
  t.throws(() => workingDirectory(file), { message: `The command's folder ${file} is a file. Create it or correct cwd.` }); // prettier-ignore
});

test("an argument or a variable that is too long for the system is named, the longest", (t) => {
  const told = (argv: readonly string[], env = {}) =>
    startFailure({ argv, env, cwd: "." }, { kind: "notStarted", message: "spawn E2BIG", code: "E2BIG" }); // prettier-ignore
  t.regex(told(["t", "xx", "xxxx", "xxx"]), /argument 2 alone has 4 bytes/);
  t.regex(told(["tttt", "xx"]), /its program alone has 4 bytes/);
  t.regex(told(["t", "xx"], { A: "πππ" }), /A alone has 6 bytes/);
  t.regex(told(["t", "xx", "yy"]), /argument 1 alone has 2 bytes/);
  const other = (code?: string) =>
    startFailure({ argv: ["t"], env: {}, cwd: "." }, { kind: "notStarted", message: "x", ...(code !== undefined && { code }) }); // prettier-ignore
  t.is(other(), 'The command "t" could not be started: x. Correct the command.');
  t.regex(other("ERR_INVALID_ARG_VALUE"), /NUL character/);
});

test("variables of a command stand for those of hpo's environment", (t) => {
  const own = { HOME: "/h", EMPTY: "", N_1: "n" };
  const cases: readonly (readonly [string, string])[] = [
    ["plain", "plain"],
    ["$HOME/x", "/h/x"],
    ["${HOME}x", "/hx"],
    ["$N_1", "n"],
    ["$$HOME", "$HOME"],
    ["${NONE:-a b}", "a b"],
    ["${NONE:-}", ""],
    ["${EMPTY:-a}", "a"],
    ["$EMPTY", ""],
    ["${HOME:-a}", "/h"],
    ["5$", "5$"],
  ];
  for (const [given, expected] of cases) {
    t.deepEqual(commandEnvironment({ V: given }, [], own), { V: expected }, given);
  }
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["V", "$NONE", /^env: V="\$NONE": \$NONE is not set here/],
    ["V", "$lr", /^env: V="\$lr" names the parameter lr/],
    ["", "x", /can't name a variable/],
    ["A=B", "x", /can't name a variable/],
    ["V", "a\0", /holds a NUL character/],
    ...["HPO_PARAMS", "HPO_PARAMS_FILE", "HPO_TRIAL_X", "HPO_MAX_STEP", "HPO_WORKER"].map(
      (name) => [name, "x", /is set for each trial by hpo itself/] as const,
    ),
  ];
  for (const [name, value, message] of refused) {
    t.throws(() => commandEnvironment({ [name]: value }, ["lr"], own), { message }, name);
  }
  t.deepEqual(commandEnvironment({ HPO_OTHER: "x" }, [], own), { HPO_OTHER: "x" });
});

test("a parameter asks for a piece where all its values are true or false", (t) => {
  const flags = searchSpace({
    ...{ a: int(0, 1), b: int(0, 0), c: int(1, 1), d: float(0, 0), e: float(0, 1, { step: 1 }) },
    ...{ f: categorical([true, false]), g: categorical(["True", 0]) },
  });
  const others = searchSpace({
    ...{ a: int(0, 2), b: int(-1, 1), c: float(0, 1), d: float(0, 1, { step: 0.5 }) },
    ...{ f: categorical([true, "x"]), g: categorical([0, 2]) },
  });
  for (const { name, distribution } of flags.parameters) t.true(isFlag(distribution), name);
  for (const { name, distribution } of others.parameters) t.false(isFlag(distribution), name);
  t.deepEqual([true, "TRUE", 1, "1"].map(isOn), [true, true, true, true]);
  t.deepEqual([false, "False", 0, "0", null].map(isOn), Array<boolean>(5).fill(false));
  t.deepEqual(["yes", 2, ""].map(isOn), Array(3).fill(undefined));
});

test("options that are given stand before the study's, one by one, and wrong ones are named", (t) => {
  const all: TrialOptions = {
    ...{ trialTimeoutMs: 1, silenceMs: 2, abortGraceMs: 3, memoryLimit: "1GiB" },
    isolation: "thread",
  };
  const none = Object.fromEntries(Object.keys(all).map((name) => [name, undefined]));
  t.deepEqual(trialOptionsOver({}, all), all);
  t.deepEqual(trialOptionsOver(all, {}), all);
  t.deepEqual(trialOptionsOver({}, {}), none);
  for (const [name, value] of Object.entries(all)) {
    t.deepEqual(trialOptionsOver({ [name]: "own" }, all), { ...all, [name]: "own" as never });
    t.notThrows(() => checkTrialOptions("w", { [name]: value as unknown }));
  }
  const wrong = [["isolation", "vm"], ["trialTimeoutMs", 0], ["silenceMs", -1], ["abortGraceMs", NaN], ["memoryLimit", "x"]] as const; // prettier-ignore
  for (const [name, value] of wrong) {
    t.throws(() => checkTrialOptions("w", { [name]: value as unknown }), {
      message: new RegExp(`^w: ${name}=`),
    });
  }
  const devices = {
    ...{ devices: "cuda", trialsPerDevice: 2, devicesPerTrial: 3, memoryPerTrial: "1GiB" },
    shareDevices: true,
  };
  t.deepEqual(deviceOptionsOver({}, devices), devices);
  t.deepEqual(deviceOptionsOver({ ...devices, shareDevices: false }, { shareDevices: true }), { ...devices, shareDevices: false }); // prettier-ignore
  t.deepEqual(parseDeviceOptions(devices), {
    ...{ request: { kind: "list", parts: [{ kind: "all", of: "cuda" }] }, trialsPerDevice: 2 },
    ...{ devicesPerTrial: 3, bytesPerTrial: 2 ** 30, isShared: true },
    demands: ["trialsPerDevice=2", "devicesPerTrial=3", "memoryPerTrial=1GiB"],
  });
  t.deepEqual(parseDeviceOptions({}), {
    ...{ request: undefined, trialsPerDevice: undefined, devicesPerTrial: 1 },
    ...{ bytesPerTrial: undefined, isShared: false, demands: [] },
  });
  t.notThrows(() => parseDeviceOptions({ trialsPerDevice: 1, devicesPerTrial: 1 }));
  t.throws(() => parseDeviceOptions({ devicesPerTrial: 0 }), { message: /^devicesPerTrial=0/ });
  t.throws(() => parseDeviceOptions({ memoryPerTrial: 0 }), { message: /^memoryPerTrial=0/ });
});
