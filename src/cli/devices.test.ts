import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { Environment } from "../runner/devices/device.ts";
import { usableCpus } from "../runner/devices/usable-cpus.ts";
import { DRIVER_ERROR, FOUR_CARDS, machine } from "../runner/fixtures/smi-programs.ts";
import type { TrialJson } from "../export/trial-json.ts";

const main = fileURLToPath(new URL("./main.js", import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `hpo …` in a folder; words are split at spaces. */
function hpo(cwd: string, env: Environment, words: string): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...words.split(" ")], { cwd, env });
  const [out, err]: string[][] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk.toString()));
  return new Promise((resolve) =>
    child.once("close", (code) => resolve({ code, out: out.join(""), err: err.join("") })),
  );
}

/** A folder with a study whose command tells the devices that it sees as its attribute `saw`. */
function folderWith(name: string, more = "", waits: number | "until go" = 0): string {
  const folder = mkdtempSync(join(tmpdir(), "hpo-devices-"));
  const script = `
    const { CUDA_VISIBLE_DEVICES: saw, OMP_NUM_THREADS: threads } = process.env;
    const from = Date.now();
    const tell = () => ({ value: 1, attrs: { saw, threads, from, to: Date.now() } });
    const done = () => console.log(JSON.stringify(tell()));
    const gate = () => (require("fs").existsSync("go") ? done() : setTimeout(gate, 20));
    ${waits === "until go" ? "gate()" : `setTimeout(done, ${waits})`};`;
  writeFileSync(join(folder, "train.cjs"), script);
  const yaml = [
    `name: ${name}`,
    "trials: 4",
    "strategy: random",
    "space: { x: { type: float, low: 0, high: 1 } }",
    `command: ${process.execPath} train.cjs`,
    more,
  ];
  writeFileSync(join(folder, "study.yaml"), yaml.join("\n"));
  return folder;
}

async function trialsOf(folder: string, env: Environment, name: string): Promise<TrialJson[]> {
  const { out } = await hpo(folder, env, `study trials ${name} --json`);
  return JSON.parse(out) as TrialJson[];
}

const uuid = (index: number): string => `GPU-${index}c89852c-d268-c3f3-1b07-005d5ae1dc3f`;

test("without a flag a command runs one trial per card, each bound to its own", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS });
  const folder = folderWith("four");
  const { code, out, err } = await hpo(folder, env, "study run study.yaml");
  t.is(err, "");
  t.is(code, 0);
  t.regex(out, /^4 devices: cuda:0 … cuda:3, NVIDIA H100 80GB HBM3, one trial each$/m);
  t.regex(out, /^trial \d .* cuda:[0-3]( |$)/m);
  const trials = await trialsOf(folder, env, "four");
  t.deepEqual(
    trials.map(({ device, userAttrs }) => [device, userAttrs["saw"]]),
    [0, 1, 2, 3].map((index) => [`cuda:${index}`, uuid(index)]),
  );
  t.regex((await hpo(folder, env, "study show four 2")).out, /^Ran on cuda:2$/m);
});

test("the file and the flags choose devices, the flags first; what is wrong has its place", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS });
  const folder = folderWith("chosen", "devices: cuda:3,cuda:1\ntrialsPerDevice: 2");
  const { out } = await hpo(folder, env, "study run study.yaml --trials-per-device 1");
  t.regex(out, /2 devices: cuda:3, cuda:1, .*one trial each/);
  const trials = await trialsOf(folder, env, "chosen");
  t.deepEqual([...new Set(trials.map(({ device }) => device))].sort(), ["cuda:1", "cuda:3"]);
  const wrong = folderWith("wrong", "devices: gpus");
  const { code, err } = await hpo(wrong, env, "study run study.yaml");
  t.is(code, 1);
  t.regex(err, /study\.yaml:6:10: devices: "gpus" is no device\. Give auto, none/);
  const missing = await hpo(folder, env, "study run study.yaml --name other --devices cuda:9");
  t.is(missing.code, 1);
  t.regex(missing.err, /there is no cuda:9/);
  const listed = (await hpo(folder, env, "study list --json")).out;
  t.deepEqual(
    (JSON.parse(listed) as { name: string }[]).map(({ name }) => name),
    ["chosen"],
    "what is refused leaves no study",
  );
});

test("cores are divided among slots; a user's own setting stays", async (t) => {
  const env = machine({}, { OMP_NUM_THREADS: undefined });
  const folder = folderWith("cores");
  const { out } = await hpo(folder, env, "study run study.yaml --devices cpu:1");
  t.regex(out, /1 slot on cores: cpu[:-]\S+, one trial each/);
  const [trial] = await trialsOf(folder, env, "cores");
  t.regex(trial.device ?? "", /^cpu/);
  t.true(Number(trial.userAttrs["threads"]) >= 1);
  const own = folderWith("own", 'env: { OMP_NUM_THREADS: "3" }');
  await hpo(own, env, "study run study.yaml --devices cpu:1");
  t.is((await trialsOf(own, env, "own"))[0].userAttrs["threads"], "3");
});

const MODULE = `
import { readFileSync } from "node:fs";
export default {
  name: "module", trials: 4,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: async (trial) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [, cpus] = /^Cpus_allowed_list:\\s*(\\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
    const { OMP_NUM_THREADS: threads, CUDA_VISIBLE_DEVICES: cuda } = process.env;
    trial.setUserAttr("saw", { cpus, threads, cuda, pid: process.pid });
    return trial.params.x;
  },
};`;

test("a module's trials on cores run in a warm process for each slot, bound to cores of its own", async (t) => {
  const { count, cpus } = usableCpus();
  const slots = Math.min(2, count);
  const env = machine({}, { OMP_NUM_THREADS: undefined });
  const folder = mkdtempSync(join(tmpdir(), "hpo-devices-"));
  writeFileSync(join(folder, "study.mjs"), MODULE);
  const { code, out, err } = await hpo(folder, env, `study run study.mjs --devices cpu:${slots}`);
  t.is(code, 0, err);
  t.regex(out, /^\d slots? on cores/m);
  const trials = await trialsOf(folder, env, "module");
  t.is(trials.length, 4);
  const places = trials.map(({ device, userAttrs }) => ({
    device: device ?? "",
    ...(userAttrs["saw"] as { cpus: string; threads: string; cuda: string; pid: number }),
  }));
  const byDevice = new Map(places.map((place) => [place.device, place]));
  t.is(byDevice.size, slots, "every slot was used");
  for (const { device, cpus: bound, threads, cuda, pid } of places) {
    // Where a control group allows less time than there are cores, none are bound.
    t.is(device.startsWith("cpu:"), count === cpus.length);
    if (device.startsWith("cpu:")) t.is(device, `cpu:${bound}`);
    t.true(Number(threads) >= 1);
    t.is(cuda, "");
    t.is(byDevice.get(device)!.pid, pid, "its process stays");
  }
  t.is(new Set(places.map(({ pid }) => pid)).size, slots);
});

test("a module's trials run in a process for each card, which sees that card alone", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS });
  const folder = mkdtempSync(join(tmpdir(), "hpo-devices-"));
  writeFileSync(join(folder, "study.mjs"), MODULE);
  const { code, out, err } = await hpo(folder, env, "study run study.mjs --devices cuda:1,cuda:3");
  t.is(code, 0, err);
  t.regex(out, /^2 devices: cuda:1, cuda:3, NVIDIA H100 80GB HBM3, one trial each$/m);
  const trials = await trialsOf(folder, env, "module");
  t.deepEqual(
    [...new Set(trials.map(({ device }) => device))].sort(),
    ["cuda:1", "cuda:3"],
    "both were used",
  );
  for (const { device, userAttrs } of trials) {
    t.is((userAttrs["saw"] as { cuda: string }).cuda, uuid(Number(device!.slice(5))));
  }
  t.is(new Set(trials.map(({ userAttrs }) => (userAttrs["saw"] as { pid: number }).pid)).size, 2);
});

test("two runs at once never share a card; one waits and says for whom; by option they share", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS });
  const folders = ["one", "two"].map((name) => folderWith(name, "devices: cuda:1", 600));
  const runs = await Promise.all(folders.map((folder) => hpo(folder, env, "study run study.yaml")));
  t.true(runs.every(({ code }) => code === 0));
  const waited =
    /waits for a device\. In use: cuda:1 by (trial \d|the next trial) of study "(one|two)" \(process \d+/;
  t.true(runs.some(({ out }) => waited.test(out)));
  const [one, two] = await Promise.all([
    trialsOf(folders[0], env, "one"),
    trialsOf(folders[1], env, "two"),
  ]);
  const spans = [...one, ...two]
    .map(({ userAttrs }) => [Number(userAttrs["from"]), Number(userAttrs["to"])])
    .sort(([a], [b]) => a - b);
  t.is(spans.length, 8);
  for (let at = 1; at < spans.length; at++) t.true(spans[at][0] >= spans[at - 1][1], `trial ${at}`);
  const shared = await Promise.all(
    folders.map((folder) => hpo(folder, env, "study run study.yaml --trials 6 --share-devices")),
  );
  t.false(shared.some(({ out }) => waited.test(out)));
});

test("hpo devices shows what is there, hidden and held, and what a run would use", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS }, { CUDA_VISIBLE_DEVICES: "2,1" });
  const folder = folderWith("held", "", "until go");
  t.teardown(() => writeFileSync(join(folder, "go"), ""));
  const running = hpo(folder, env, "study run study.yaml --trials 2");
  let isOver = false;
  void running.then(() => (isOver = true));
  let shown: Ran;
  do shown = await hpo(folder, env, "devices");
  while (!isOver && !/^cuda:1 .* trial \d of "held"/m.test(shown.out));
  t.regex(shown.out, /^device +model +memory free \/ total +busy +in use$/m);
  t.regex(
    shown.out,
    /^cuda:0 +NVIDIA H100 80GB HBM3 +79\.2 GiB \/ 79\.2 GiB +0 % +hidden by CUDA_V/m,
  );
  t.regex(shown.out, /^cuda:1 .* 97 % +trial \d of "held" \(process \d+\)$/m);
  t.regex(shown.out, /^A run of a command: 2 devices: cuda:2, cuda:1, .*, one trial each$/m);
  const { out } = await hpo(folder, env, "devices --json --trials-per-device 2");
  const report = JSON.parse(out) as {
    devices: { name: string; heldBy: { study: string; pid: number } | null }[];
    run: { workers: number; leases: string[] };
  };
  t.deepEqual(report.run.leases, ["cuda:2", "cuda:1", "cuda:2", "cuda:1"]);
  t.is(report.devices[1].heldBy?.study, "held");
  writeFileSync(join(folder, "go"), "");
  await running;
  t.notRegex((await hpo(folder, env, "devices")).out, /of "held"/);
});

test("a probe runs where a trial would, waits for its device and gives it back", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS });
  const held = folderWith("holder", "devices: cuda:2", "until go");
  t.teardown(() => writeFileSync(join(held, "go"), ""));
  const folder = mkdtempSync(join(tmpdir(), "hpo-devices-"));
  const program = new URL("../runner/fixtures/quadratic-probe.js", import.meta.url).href;
  const script = `
    const { CUDA_VISIBLE_DEVICES: card, HPO_TRIAL_DEVICE: device, HPO_PROBE: probe } = process.env;
    require("fs").appendFileSync("saw", card + " " + device + "\\n");
    if (probe) import(${JSON.stringify(program)});
    else console.log('{"value": 1}');`;
  writeFileSync(join(folder, "train.cjs"), script);
  const yaml = [
    "name: probed",
    "trials: 1",
    "prior: theory",
    "devices: cuda:2",
    "space: { lr: { type: float, low: 0.001, high: 1, log: true } }",
    `command: ${process.execPath} train.cjs`,
  ];
  writeFileSync(join(folder, "study.yaml"), yaml.join("\n"));
  const saw = (): string[] => readFileSync(join(folder, "saw"), "utf8").trim().split("\n");

  const holding = hpo(held, env, "study run study.yaml --trials 1");
  while (!/trial 0 of "holder"/.test((await hpo(held, env, "devices")).out));
  const run = await hpo(folder, env, "study run study.yaml --devices cuda:3");
  t.is(run.code, 0, run.err);
  t.deepEqual(saw(), [`${uuid(3)} cuda:3`, `${uuid(3)} cuda:3`], "the probe, and then the trial");
  t.notRegex(run.out + run.err, /waits for/, "the probe gave it back");
  const probing = spawn(process.execPath, [main, "probe", "study.yaml"], { cwd: folder, env });
  const waits = await new Promise<string>((resolve) => {
    let said = "";
    probing.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("\n")) resolve(said);
    });
    probing.once("close", () => resolve(said));
  });
  t.regex(waits, /hpo: The probe waits for a device\. In use: cuda:2 by trial 0 of study "holder"/);
  t.is(saw().length, 2, "it waits");
  const probed = new Promise((resolve) => probing.once("close", resolve));
  writeFileSync(join(held, "go"), "");
  await holding;
  t.is(await probed, 0);
  t.is(saw().at(-1), `${uuid(2)} cuda:2`);
  t.notRegex((await hpo(folder, env, "devices")).out, / of "/);
});

test("a broken driver is told; a run that did not ask for devices goes on", async (t) => {
  const env = machine({ "nvidia-smi": DRIVER_ERROR });
  const folder = folderWith("broken");
  const { code, out } = await hpo(folder, env, "study run study.yaml");
  t.is(code, 0);
  t.regex(out, /nvidia-smi failed \(exit code 9\)/);
  t.regex((await hpo(folder, env, "devices")).out, /note: nvidia-smi failed/);
  const asked = await hpo(folder, env, "study run study.yaml --trials 5 --devices cuda");
  t.is(asked.code, 1);
  t.regex(asked.err, /nvidia-smi failed .*--devices none/);
});
