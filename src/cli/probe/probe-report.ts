import type {
  NoiseScaleMeasurement,
  OptimizerMeasurement,
  ProbeMeasurement,
  SharpnessMeasurement,
} from "../../theory/probe/measurement.ts";
import { inline, number, seconds } from "../format.ts";
import { table } from "../output.ts";
import type { ProbeResult } from "./probe-result.ts";

const NONE = "–";

/** What was measured, for people: numbers first, then what to make of them and what to doubt. */
export function probeText(result: ProbeResult): string {
  const { start, along } = result;
  const all = [start, ...along];
  return [
    heading(result),
    "",
    table(
      ["measured", ...all.map(({ step }) => (step === 0 ? "at the start" : `step ${step}`))],
      [...quantities(all), ...(along.length > 0 ? ownOptimizer(all) : [])],
    ),
    "",
    table(
      ["optimizer", "edge", "λ_max", "η_c", "its stability"],
      start.optimizers.map(optimizerRow),
    ),
    "",
    ...ratesTable(result),
    ...batchLines(result),
    "Cross-checks, which are no edges:",
    ...crossChecks(start).map((line) => `  ${line}`),
    "",
    costLine(all),
    "",
    ...assumed(start),
    ...[...new Set(all.flatMap(({ warnings }) => warnings)), ...result.notes].map(
      (text) => `Note: ${text}`,
    ),
  ].join("\n");
}

function heading({ study, params, start }: ProbeResult): string {
  const { weights, batchSize, framework } = start;
  const at = inline(params);
  return (
    `${study}: ${weights.toLocaleString("en")} weights, batches of ${number(batchSize)}` +
    `${at && ` (${at})`}\nMeasured by ${framework}`
  );
}

type Row = readonly string[];
type Cell = (measurement: ProbeMeasurement) => string;

function quantities(all: readonly ProbeMeasurement[]): Row[] {
  const cells: readonly (readonly [string, Cell])[] = [
    ["loss", ({ loss }) => short(loss)],
    ["‖g‖", ({ gradientNorm }) => (gradientNorm === undefined ? "noise" : short(gradientNorm))],
    ["λ_max of H", ({ sharpness }) => sharpnessCell(sharpness)],
    ["tr H", ({ trace }) => (trace ? `${short(trace.value)} ± ${short(trace.standardError)}` : "")],
    ["B_simple", ({ simpleNoise }) => scaleCell(simpleNoise)],
    ["B_noise", ({ weightedNoise }) => scaleCell(weightedNoise)],
    ["η_max of gradient descent", ({ weightedNoise }) => optional(weightedNoise?.maxRate)],
  ];
  return cells.map(([name, cell]) => [name, ...all.map((one) => cell(one))]);
}

/** The study's own along the run: where its learning rate stands against its edge. */
function ownOptimizer(all: readonly ProbeMeasurement[]): Row[] {
  const name = all[1].optimizers[0].name;
  const own = all.map(({ optimizers }) => optimizers.find((one) => one.name === name));
  return [
    [`edge of ${name}`, ...own.map((one) => optional(one?.edge))],
    [`η_c of ${name}`, ...own.map((one) => optional(one?.directionalEdge?.value))],
    [
      "η/edge",
      ...own.map((one) =>
        one?.edge === undefined || one.learningRate === undefined
          ? NONE
          : short(one.learningRate / one.edge),
      ),
    ],
  ];
}

function optimizerRow({ name, stability, edge, directionalEdge }: OptimizerMeasurement): Row {
  const isKnown = stability.kind === "threshold";
  return [
    name,
    optional(edge),
    isKnown ? sharpnessCell(stability.sharpness) : NONE,
    scaleCell(directionalEdge),
    isKnown
      ? `η < ${short(2 * stability.gain)}/λ_max(${stability.curvature === "hessian" ? "H" : "P⁻¹H"})`
      : `none: ${stability.reason}`,
  ];
}

function ratesTable({ rates, budget }: ProbeResult): string[] {
  if (rates.length === 0) return [];
  const sizes = rates[0].rates.map(({ batchSize }) => `B = ${batchSize}`);
  const rows = rates.map(({ optimizer, rates: ofOptimizer, source }) => [
    optimizer,
    ...ofOptimizer.map(({ learningRate, interval: [low, high] }) => {
      const range = `${brief(low)} to ${brief(high)}`;
      return `${brief(learningRate)} (${range})`;
    }),
    SOURCES[source],
  ]);
  return [
    `Learning rates to begin with, at a fixed number of ${budget}; 90 % intervals:`,
    table(["optimizer", ...sizes, "from"], rows),
    "",
  ];
}

const SOURCES: Readonly<Record<ProbeResult["rates"][number]["source"], string>> = {
  edgeAndMeasuredScale: "η_c, as on small nets",
  edgeAndDefault: "η_c and the usual rate",
  halfTheStabilityEdge: "half the edge",
  halfTheDirectionalEdge: "half of η_c",
  defaultOnly: "the usual rate alone",
};

function batchLines({ batch }: ProbeResult): string[] {
  if (!batch) return ["No batch size is recommended: the noise scale is not known.", ""];
  const { criticalBatch, interval, source, prices } = batch;
  const [low, high] = interval.map((value) => String(Math.max(1, Math.round(value))));
  return [
    `Batch size: about ${Math.max(1, Math.round(criticalBatch))} (${low} to ${high}), by ${source}; ` +
      "there both steps and examples are twice their least. Below it more of it saves steps, " +
      "above it it costs examples:",
    table(
      ["batch size", "steps / least", "examples / least"],
      prices.map(({ batchSize, steps, examples }) => [
        String(batchSize),
        short(steps),
        short(examples),
      ]),
    ),
    "",
  ];
}

function crossChecks({ powerIteration, optimizers, gradientNormVariation }: ProbeMeasurement) {
  const { name, rangeTest } = optimizers[0];
  const { steepest, valley, floorTenth, firstDivergence } = rangeTest ?? {};
  return [
    `half of 2/λ_max by power iteration: ${powerCell(powerIteration)}`,
    rangeTest
      ? `LR range test of ${name}: steepest ${optional(steepest)}, valley ${optional(valley)}, ` +
        `floor/10 ${optional(floorTenth)}, first divergence ${optional(firstDivergence)}`
      : `LR range test of ${name}: not made`,
    ...(gradientNormVariation === undefined
      ? []
      : [
          `gradient-norm variation: ${short(gradientNormVariation)} ` +
            "(how unevenly batches pull; it measures no curvature)",
        ]),
  ];
}

function powerCell(power: ProbeMeasurement["powerIteration"]): string {
  if (!power) return "not made";
  const { value, products, converged } = power;
  const how = `λ_max ${short(value)}, ${products} products${converged ? "" : ", not settled"}`;
  return value > 0 ? `${short(1 / value)} (${how})` : `none (${how})`;
}

function costLine(all: readonly ProbeMeasurement[]): string {
  const total = (pick: (cost: ProbeMeasurement["cost"]) => number): number =>
    all.reduce((sum, { cost }) => sum + pick(cost), 0);
  const each = number(all[0].cost.gradientsPerProduct);
  return (
    `Cost: ${Math.round(total((cost) => cost.gradients))} gradients of one batch, ` +
    `${total((cost) => cost.products)} Hessian-vector products at ${each} included; ` +
    seconds(1000 * total((cost) => cost.seconds))
  );
}

function assumed({ assumptions, optimizers }: ProbeMeasurement): string[] {
  const own = optimizers.flatMap(({ name, notes }) => notes.map((text) => `${name}: ${text}`));
  const all = [...assumptions, ...own].map((text) => `  ${text}`);
  return all.length > 0 ? ["Assumed:", ...all] : [];
}

function sharpnessCell(sharpness: SharpnessMeasurement | undefined): string {
  if (!sharpness) return NONE;
  const { value, converged } = sharpness;
  if (value <= 0) return `${short(value)}: no edge`;
  return `${converged ? "" : "≥ "}${short(value)}`;
}

const scaleCell = (scale: NoiseScaleMeasurement | undefined): string =>
  scale?.value === undefined
    ? NONE
    : scale.sdOfLog === undefined
      ? short(scale.value)
      : `${short(scale.value)} ×÷${Math.exp(scale.sdOfLog).toFixed(2)}`;

const optional = (value: number | undefined): string => (value === undefined ? NONE : short(value));
const short = (value: number): string => number(Number(value.toPrecision(3)));
const brief = (value: number): string => number(Number(value.toPrecision(2)));
