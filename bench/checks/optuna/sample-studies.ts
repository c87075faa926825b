import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Scalar,
} from "../../../src/space/index.ts";
import type { NewTrial, Storage } from "../../../src/contracts/storage.ts";
import { ATTRIBUTE } from "../../../src/contracts/attributes.ts";

/** Writes studies with all that Optuna must understand. */
export async function writeSampleStudies(storage: Storage): Promise<void> {
  await writeSingle(storage);
  await writeTwoMetrics(storage);
  await storage.createStudy({ name: "empty", directions: ["maximize"] });
}

const CHOICES: readonly Scalar[] = [null, true, 2, 2.5, "text"];
const distributions = {
  kind: categoricalDistribution(CHOICES),
  lr: floatDistribution(1e-5, 1, { log: true }),
  units: intDistribution(8, 64, { step: 8 }),
  momentum: floatDistribution(0, 0.75, { step: 0.25 }),
};

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, seconds, 7 * seconds));

/** Trial number `index`; `momentum` exists only with "text". */
function sampleTrial(index: number, state: NewTrial["state"]): NewTrial {
  const kind = CHOICES[index % CHOICES.length];
  const params: NewTrial["params"] = {
    kind,
    lr: 1e-5 * (index + 1) ** 3,
    units: 8 * ((index % 8) + 1),
  };
  const momentum: NewTrial["params"] = kind === "text" ? { momentum: 0.25 * (index % 4) } : {};
  const isFinished = state !== "running" && state !== "waiting";
  const all = { ...params, ...momentum };
  return {
    state,
    params: all,
    distributions: Object.fromEntries(
      Object.keys(all).map((name) => [name, distributions[name as keyof typeof distributions]]),
    ),
    reports: [],
    userAttrs: { device: "cuda:0", η: { list: [1, null, "ü🜁"], index } },
    systemAttrs: { "hpo:seed": index },
    startedAt: at(index),
    ...(isFinished && { completedAt: at(index + 1) }),
  };
}

async function writeSingle(storage: Storage): Promise<void> {
  const { id } = await storage.createStudy({
    name: "one metric, η",
    directions: ["minimize"],
    userAttrs: { owner: { team: "vision", tags: ["lr", "η"] }, overflow: Infinity },
  });
  const values = [0.1 + 0.2, 1e-20, Infinity, 3, -1.5, 5e-324, 8, 1.7976931348623157e308];
  const reports = [0.5, NaN, Infinity, -Infinity].map((value, step) => ({ step: step * 3, value }));
  await storage.createTrials(id, [
    ...values.map((value, index) => ({ ...sampleTrial(index, "complete"), values: [value] })),
    { ...sampleTrial(8, "pruned"), values: [0.5], reports },
    { ...sampleTrial(9, "pruned"), reports: [{ step: 0, value: NaN }] },
    sampleTrial(10, "failed"),
    sampleTrial(11, "running"),
    { ...sampleTrial(12, "waiting"), ...queued({ lr: 0.01, kind: "text", units: 16 }) },
    { ...sampleTrial(13, "waiting"), ...queued({ kind: null }) },
  ]);
  // As a worker does it, call by call.
  const [{ id: trial }] = await storage.createTrials(id, [sampleTrial(14, "waiting")]);
  await storage.inTurn(id, (turn) => turn.startTrial(trial, { startedAt: at(20) }));
  for (const step of [0, 1]) await storage.updateTrial(trial, { reports: [{ step, value: step }] });
  await storage.finishTrial(trial, { state: "complete", values: [2], completedAt: at(21) });
}

const queued = (params: NewTrial["params"]) => ({
  params,
  distributions: {},
  startedAt: undefined,
});

async function writeTwoMetrics(storage: Storage): Promise<void> {
  const { id } = await storage.createStudy({
    name: "two metrics",
    directions: ["minimize", "maximize"],
    systemAttrs: { [ATTRIBUTE.metricNames]: ["loss", "accuracy"] },
  });
  const values = [
    [1, 0.5],
    [2, 0.75],
    [-Infinity, 0.25],
    [0.5, 0.5],
  ];
  await storage.createTrials(
    id,
    values.map((each, index) => ({
      ...sampleTrial(index, "complete"),
      values: each,
      systemAttrs: { [ATTRIBUTE.constraints]: [index === 2 ? 1 : -1, 0] },
    })),
  );
}
