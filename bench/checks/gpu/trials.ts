import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialJson } from "../../../src/export/trial-json.ts";
import { packageRoot } from "../../package-root.ts";
import { computingPids } from "./cards.ts";
import { eventually, type GpuCheck } from "./gpu-check.ts";

const ONE = ["space: { x: { type: float, low: 0, high: 1 } }", "strategy: random"];

interface Saw {
  readonly count: number;
  readonly uuid: string;
  readonly visible: string;
  readonly device: string;
  readonly again: boolean;
  readonly from: number;
  readonly to: number;
}

const sawOf = ({ userAttrs }: TrialJson): Saw => userAttrs["saw"] as Saw;

/** A trial sees one card, its own, and two on a card run at once. */
export async function trialsSeeTheirCard(gpu: GpuCheck): Promise<string> {
  const lines = [...ONE, "devices: cuda:0", "trialsPerDevice: 2", "trials: 2"];
  const file = gpu.study("sees", [...lines, 'env: { CHECK_SECONDS: "4" }']);
  const { code, err } = await gpu.hpo(`study run ${file}`);
  assert.equal(code, 0, err);
  const trials = await gpu.trials("sees");
  for (const trial of trials) {
    const saw = sawOf(trial);
    assert.equal(trial.device, "cuda:0");
    assert.equal(saw.device, "cuda:0");
    assert.equal(saw.count, 1);
    assert.equal(saw.visible.replace("GPU-", ""), saw.uuid.replace("GPU-", ""));
  }
  const [one, two] = trials.map(sawOf);
  assert.ok(one.from < two.to && two.from < one.to, "both at once");
  const { out } = await gpu.hpo("study show sees 1");
  assert.match(out, /^Ran on cuda:0$/m);
  return `each sees one card, its own, as ${one.visible.slice(0, 8)}…; two ran at once`;
}

const MODULE = `
const distribution = { kind: "float", low: 0, high: 1, log: false };
export default {
  name: "module",
  trials: 2,
  space: { parameters: [{ name: "x", distribution, conditions: [] }] },
  objective: (trial) => {
    trial.setUserAttr("visible", process.env.CUDA_VISIBLE_DEVICES);
    return trial.params.x;
  },
};
`;

/** A study in JavaScript, whose trials run in processes of their own where they have devices. */
export async function modulesSeeTheirCard(gpu: GpuCheck): Promise<string> {
  writeFileSync(join(gpu.folder, "module.mjs"), MODULE);
  const { code, err } = await gpu.hpo("study run module.mjs --devices cuda:0");
  assert.equal(code, 0, err);
  const trials = await gpu.trials("module");
  assert.deepEqual(
    trials.map(({ state, device }) => `${state} on ${device}`),
    ["complete on cuda:0", "complete on cuda:0"],
  );
  assert.match(String(trials[0].userAttrs["visible"]), /^(?:GPU|MIG)-[-\da-f]+$/);
  return "two trials complete";
}

/** The PyTorch study as it stands, two at once on a card, and torchrun's. */
export async function exampleStudiesRun(gpu: GpuCheck): Promise<string> {
  const facts: string[] = [];
  for (const [folder, name, trials] of [
    ["torch", "spirals-torch", 4],
    ["torchrun", "line-torchrun", 1],
  ] as const) {
    const file = join(packageRoot, "studies", "python", folder, "study.yaml");
    const { code, out, err, seconds } = await gpu.hpo(`study run ${file} --trials ${trials}`);
    assert.equal(code, 0, err);
    const ended = await gpu.trials(name);
    assert.ok(
      ended.every(({ state, device }) => state !== "failed" && device === "cuda:0"),
      out,
    );
    facts.push(`${name}: ${trials} trials in ${seconds.toFixed(0)} s`);
  }
  return facts.join("; ");
}

/** Two studies on one card: the second waits and says for whom; with --share-devices it doesn't. */
export async function studiesTakeTurns(gpu: GpuCheck): Promise<string> {
  const settings = [...ONE, "devices: cuda:0", "trials: 1", 'env: { CHECK_SECONDS: "6" }'];
  const [first, second, third] = ["first", "second", "third"].map((name) =>
    gpu.study(name, settings),
  );
  const running = gpu.startHpo(`study run ${first}`);
  await eventually("the first trial holds the card", async () => {
    const { out } = await gpu.hpo("devices");
    return /trial 0 of "first"/.test(out) ? true : undefined;
  });
  const [waited, shared] = await Promise.all([
    gpu.hpo(`study run ${second}`),
    gpu.hpo(`study run ${third} --share-devices`),
    running.ended,
  ]);
  const words = /waits for a device\. In use: cuda:0 by trial 0 of study "first" \(process \d+/;
  assert.match(waited.out, words);
  assert.doesNotMatch(shared.out, /waits for/);
  const [a, b, c] = await Promise.all(
    ["first", "second", "third"].map(async (name) => sawOf((await gpu.trials(name))[0])),
  );
  assert.ok(b.from >= a.to, "the second began when the first was over");
  assert.ok(c.from < a.to, "the sharing one did not wait");
  return /^.*waits for.*$/m.exec(waited.out)![0];
}

/** What each end on a card is taken for. */
const ENDS: Readonly<Record<string, readonly [reason: string, words: RegExp]>> = {
  train: ["complete", /^$/],
  outOfMemory: ["outOfMemory", /CUDA out of memory\. Tried to allocate/],
  badIndex: ["error", /CUDA error: device-side assert triggered/],
  nan: ["diverged", /NaN/],
  illegalAccess: ["error", /CUDA error: an illegal memory access was encountered/],
  killed: ["complete", /^$/],
  exception: ["error", /ValueError: the data set has 3 columns, 4 were expected$/],
  distributedBadIndex: ["error", /CUDA error: device-side assert triggered/],
};

export async function endsAreTold(gpu: GpuCheck): Promise<string> {
  const cases = Object.keys(ENDS).join(", ");
  const space = `space: { case: { type: categorical, choices: [${cases}] } }`;
  const settings = ["strategy: grid", "devices: cuda:0", "trialsPerDevice: 3", "trials: 8"];
  const { out } = await gpu.hpo(`study run ${gpu.study("ends", [space, ...settings])}`);
  const wrong: string[] = [];
  for (const trial of await gpu.trials("ends")) {
    const name = String(trial.params["case"]);
    const [reason, words] = ENDS[name];
    const message = trial.failure?.message ?? "";
    const got = trial.failure?.reason ?? trial.state;
    if (got !== reason || !words.test(message)) wrong.push(`${name}: ${got}, ${message}`);
    const { out: shown } = await gpu.hpo(`study show ends ${trial.number}`);
    if (name === "killed" && !(sawOf(trial).again && shown.includes("Tried again once"))) {
      wrong.push(`${name} was not begun again`);
    }
    if (!shown.includes("Ran on cuda:0")) wrong.push(`${name}: no device is shown`);
  }
  assert.deepEqual(wrong, []);
  // Only what was killed begins again.
  assert.equal(out.match(/is tried again|IS SET ASIDE/g)?.length, 1, out);
  return `${Object.keys(ENDS).length} ends, each told by its name`;
}

/** hpo is killed as a trial works on the card: nothing stays there, and the trial begins again. */
export async function killedStudiesGoOn(gpu: GpuCheck): Promise<string> {
  const space = "space: { case: { type: categorical, choices: [hang] } }";
  const settings = [space, "strategy: random", "devices: cuda:0", "trials: 1"];
  const running = gpu.startHpo(`study run ${gpu.study("killed", settings)}`);
  const marker = join(gpu.folder, "hpo-trials", "killed", "0", "checkpoints", "begun");
  const pid = await eventually("the trial works on the card", () => {
    const found = existsSync(marker) ? Number(readFileSync(marker, "utf8")) : undefined;
    return found !== undefined && computingPids().includes(found) ? found : undefined;
  });
  running.child.kill("SIGKILL");
  await running.ended;
  const began = performance.now();
  await eventually("it left the card", () =>
    computingPids().includes(pid) || existsSync(`/proc/${pid}`) ? undefined : true,
  );
  const seconds = (performance.now() - began) / 1000;
  assert.doesNotMatch((await gpu.hpo("devices")).out, /of "killed"/);
  const { code, err } = await gpu.hpo("study resume killed");
  assert.equal(code, 0, err);
  const [trial] = await gpu.trials("killed");
  assert.equal(trial.state, "complete");
  assert.ok(sawOf(trial).again, "it began again in its folder");
  const { out } = await gpu.hpo("study show killed 0 --json");
  assert.equal((JSON.parse(out) as { restarts: number }).restarts, 1);
  return `it left the card within ${seconds.toFixed(1)} s, and began again`;
}
