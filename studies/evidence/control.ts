import { createRng } from "hpo";
import { finiteDifferenceHvp, lanczos } from "hpo/theory";
import { constant, cosine, withWarmup, type Schedule } from "hpo/tfjs";
import {
  mean,
  spread,
  type Bar,
  type Evidence,
  type EvidenceOptions,
  type EvidenceStudy,
  type EvidenceTable,
} from "./evidence.ts";
import { pointCount, tanhModel, type TanhNetwork } from "./tanh-network.ts";

/** One way to train: gradient descent, but for what is said. */
export interface Control {
  readonly name: string;
  readonly schedule?: Schedule;
  /** Limit on the gradient's norm. */
  readonly clipNorm?: number;
  /** Decoupled: w ← (1 − ηλ)w. */
  readonly weightDecay?: number;
  /** Radius ρ of SAM (Foret et al. 2021): the gradient is taken at w + ρg/‖g‖. */
  readonly sam?: number;
  /** Of the 20 points, drawn anew at each step. */
  readonly batchSize?: number;
  readonly batchNorm?: boolean;
}

const rate = 0.2;
const fullSteps = 8000;

export const controlsFor = (steps: number): readonly Control[] => [
  { name: "constant" },
  { name: "warm-up", schedule: withWarmup({ steps: steps / 4 }, constant()) },
  { name: "cosine to a fifth", schedule: cosine({ steps, final: 0.2 }) },
  { name: "clipping at .1", clipNorm: 0.1 },
  { name: "weight decay .001", weightDecay: 0.001 },
  { name: "weight decay .003", weightDecay: 0.003 },
  { name: "SAM .05", sam: 0.05 },
  { name: "batches of 10", batchSize: 10 },
  { name: "batches of 4", batchSize: 4 },
  { name: "batch norm", batchNorm: true },
];

export interface ControlRun {
  /** S·η₀/2 with the learning rate that the run is given, before its schedule. */
  readonly curve: readonly { readonly step: number; readonly ratio: number }[];
  /** Over the last quarter of the looks: S·η₀/2, and S·η/2 with η as it then is. */
  readonly tail: number;
  readonly tailNow: number;
  readonly loss: number;
}

async function sharpness(network: TanhNetwork, weights: Float64Array, seed: number) {
  const hvp = finiteDifferenceHvp((w) => network.slopeAt(w).gradient, weights, "float64");
  const { dimension } = network;
  const rng = createRng(seed, "sharpness");
  return (await lanczos(hvp, { dimension, rng, maxSteps: 40, tolerance: 0.005 })).lambdaMax;
}

const normOf = (a: Float64Array): number => Math.sqrt(a.reduce((sum, x) => sum + x * x, 0));

function gradientOf(
  { sam, clipNorm }: Control,
  network: TanhNetwork,
  weights: Float64Array,
  rows: readonly number[] | undefined,
): Float64Array {
  const { gradient } = network.slopeAt(weights, rows);
  const norm = normOf(gradient);
  if (sam !== undefined) {
    return network.slopeAt(
      weights.map((w, i) => w + (sam * gradient[i]) / norm),
      rows,
    ).gradient;
  }
  return clipNorm !== undefined && norm > clipNorm
    ? gradient.map((g) => (g * clipNorm) / norm)
    : gradient;
}

/** Trains and measures the full batch's sharpness `looks` times on the way. */
export async function followControl(
  control: Control,
  seed: number,
  steps: number,
  looks: number,
): Promise<ControlRun> {
  const network = tanhModel({ batchNorm: control.batchNorm });
  const { schedule = constant(), weightDecay = 0, batchSize } = control;
  const weights = network.start(seed);
  const rng = createRng(seed, "batches");
  const curve: { step: number; ratio: number; now: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const eta = rate * schedule(step);
    const rows =
      batchSize === undefined ? undefined : rng.permutation(pointCount).slice(0, batchSize);
    const gradient = gradientOf(control, network, weights, rows);
    for (let i = 0; i < weights.length; i++) {
      weights[i] -= eta * (gradient[i] + weightDecay * weights[i]);
    }
    if (((step + 1) * looks) % steps < looks) {
      const lambda = await sharpness(network, weights, seed);
      curve.push({ step: step + 1, ratio: (lambda * rate) / 2, now: (lambda * eta) / 2 });
    }
  }
  const tail = curve.slice(-Math.ceil(looks / 4));
  return {
    curve,
    tail: mean(tail.map(({ ratio }) => ratio)),
    tailNow: mean(tail.map(({ now }) => now)),
    loss: network.slopeAt(weights).loss,
  };
}
const seeds = [0, 1, 2];

interface Row {
  readonly control: Control;
  readonly runs: readonly ControlRun[];
}

const averageOf = ({ runs }: Row): number => mean(runs.map(({ tail }) => tail));

/** What each control is to do to S, by S·η₀/2 at the end. */
function barsOf(rows: readonly Row[]): Bar[] {
  const named = (name: string): Row =>
    rows.find(({ control: { name: own } }) => own === name) as Row;
  const bar = (what: string, names: readonly string[], holds: (ratio: number) => boolean): Bar => ({
    what,
    found: names.map((name) => `${name} ${averageOf(named(name)).toFixed(2)}`).join(", "),
    met: names.every((name) => holds(averageOf(named(name)))),
  });
  return [
    bar(
      "a constant rate and a warm-up end at the edge, S·η/2 = 1 ± .05",
      ["constant", "warm-up"],
      (r) => Math.abs(r - 1) <= 0.05,
    ),
    bar("a falling rate lets S rise", ["cosine to a fifth"], (r) => r > 1.2),
    bar("clipping lets S rise beyond the edge", ["clipping at .1"], (r) => r > 1.2),
    bar("SAM and small batches hold S below the edge", ["SAM .05", "batches of 4"], (r) => r < 0.9),
    bar(
      "weight decay that lets the network learn leaves S at the edge",
      ["weight decay .001"],
      (r) => Math.abs(r - 1) <= 0.1,
    ),
    bar(
      "weight decay that keeps it from learning holds S down",
      ["weight decay .003"],
      (r) => r < 0.5,
    ),
  ];
}

function tableOf(rows: readonly Row[]): EvidenceTable {
  const lines = rows.map((row) => [
    row.control.name,
    spread(
      row.runs.map(({ tail }) => tail),
      2,
    ),
    spread(
      row.runs.map(({ tailNow }) => tailNow),
      2,
    ),
    mean(row.runs.map(({ tail }) => (2 * tail) / rate)).toFixed(1),
    mean(row.runs.map(({ loss }) => loss)).toExponential(1),
  ]);
  return {
    title: `sharpness at the end, learning rate η₀ = ${rate}`,
    rows: [["training", "S·η₀/2", "S·η/2", "S", "loss"], ...lines],
  };
}

async function run({ progress }: EvidenceOptions): Promise<Evidence> {
  const rows: Row[] = [];
  for (const one of controlsFor(fullSteps)) {
    progress(one.name);
    const runs: ControlRun[] = [];
    for (const seed of seeds) runs.push(await followControl(one, seed, fullSteps, 32));
    rows.push({ control: one, runs });
  }
  return {
    title: "what steers the sharpness, and what only the learning rate",
    gives:
      "which ways to train move the sharpness of the loss, and which leave it at the edge that the " +
      "learning rate sets.",
    tables: [tableOf(rows)],
    bars: barsOf(rows),
    notes: [
      `${fullSteps} steps from ${seeds.length} starts; S = λ_max of the full batch's loss, without decay or ` +
        "SAM's term; means over the last quarter, ± the standard deviation over starts.",
      "η₀ is the rate before its schedule, η the one in force. Assumed: gradient descent on a tanh " +
        "network 1-20-20-1, half the mean squared error, float64; batch norm by the batch's own statistics.",
    ],
    picture: {
      title: "Sharpness times half the learning rate, by step",
      columns: 3,
      panels: rows.map(({ control: { name }, runs }) => ({
        title: name,
        x: { low: 0, high: fullSteps },
        y: { low: 0.02, high: 20, log: true },
        levels: [1],
        series: runs.map(({ curve }, i) => ({
          name: `start ${i}`,
          points: curve.map(({ step, ratio }) => [step, ratio] as const),
        })),
      })),
    },
    data: rows.map(({ control: { name }, runs }) => ({ name, runs })),
  };
}

export const control: EvidenceStudy = { name: "control", run };
