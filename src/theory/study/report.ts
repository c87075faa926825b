import { cardinality, fromUnit, type Scalar, type SearchSpace } from "../../space/index.ts";
import type { Observation } from "../../contracts/strategy.ts";
import { beliefAt } from "../prior/rate-belief.ts";
import { settingText, type SettingBelief } from "../prior/setting-belief.ts";
import { measurementOf, type ProposedArm, type TheoryProposal } from "./proposal.ts";
import { watchTheory, type ArmVerdict } from "./watch.ts";
import { counted } from "../../errors/counted.ts";

/** A learning rate that the prior is centred at, with 90 % of its normal part. */
export interface ProposedRate {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly interval: readonly [number, number];
}

/** One learning rate's prior: what was proposed, and what the trials made of it. */
export interface ArmReport extends ArmVerdict {
  readonly learningRateName: string;
  readonly measured: string;
  readonly source: ProposedArm["belief"]["source"];
  readonly stabilityEdge?: number;
  readonly directionalEdge?: number;
  readonly rates: readonly ProposedRate[];
}

/** What theory measured and proposed, and what the trials made of it; plain JSON. */
export interface TheoryReport {
  readonly declared: TheoryProposal["declared"];
  readonly arms: readonly ArmReport[];
  /** What is believed of other parameters, and whether it still is. */
  readonly beside: readonly { readonly belief: SettingBelief; readonly inForce: boolean }[];
  readonly measured: TheoryProposal["measured"];
  /** Of all measurements. */
  readonly cost: { readonly gradients: number; readonly seconds: number };
  readonly notes: readonly string[];
}

/** 90 % of a normal lie within this many standard deviations. */
const Z90 = 1.6448536269514722;
/** How many batch sizes of a range are shown. */
const SHOWN_BATCHES = 4;

/** @param history the finished trials in their order, as strategies see them */
export function theoryReport(
  space: SearchSpace,
  proposal: TheoryProposal,
  history: readonly Observation[],
): TheoryReport {
  const watch = watchTheory(space, proposal).begin();
  for (const trial of history) watch.observe(trial);
  const { declared, measured, notes } = proposal;
  const arms = proposal.arms.map((arm, i) => ({
    ...watch.verdicts[i],
    learningRateName: arm.learningRate,
    measured: arm.measured,
    source: arm.belief.source,
    ...(arm.stabilityEdge !== undefined && { stabilityEdge: arm.stabilityEdge }),
    ...(arm.belief.edge !== undefined && { directionalEdge: arm.belief.edge }),
    rates: batchesOf(space, proposal).map((batchSize) => rateAt(arm, batchSize)),
  }));
  const beside = (proposal.beside ?? []).map((belief) => ({
    belief,
    inForce: watch.beside.some(({ parameter }) => parameter === belief.parameter),
  }));
  return { declared, arms, beside, measured, cost: costOf(proposal), notes };
}

function rateAt({ belief }: ProposedArm, batchSize: number): ProposedRate {
  const { mean, sd } = beliefAt(belief, batchSize);
  const at = (z: number): number => Math.exp(mean + z * sd);
  return { batchSize, learningRate: at(0), interval: [at(-Z90), at(Z90)] };
}

/** Some batch sizes over the searched range, or the one in use. */
function batchesOf(space: SearchSpace, { batchSize, fixedBatch }: TheoryProposal): number[] {
  const distribution = space.parameters.find(({ name }) => name === batchSize)?.distribution;
  if (!distribution) return [fixedBatch];
  const count = Math.min(SHOWN_BATCHES, cardinality(distribution));
  const sizes = Array.from({ length: count }, (_, i) =>
    Number(fromUnit(distribution, count === 1 ? 0.5 : i / (count - 1))),
  );
  return [...new Set(sizes)];
}

const costOf = ({ measured }: TheoryProposal): TheoryReport["cost"] => ({
  gradients: measured.reduce((sum, { measurement }) => sum + measurement.cost.gradients, 0),
  seconds: measured.reduce((sum, { measurement }) => sum + measurement.cost.seconds, 0),
});

const short = (value: number): string => Number(value.toPrecision(3)).toString();

/** What was proposed, said when the study is created. */
export function proposalNotes(proposal: TheoryProposal): string[] {
  const { declared, arms, fixedBatch, measured, notes } = proposal;
  const lines = arms.map((arm) => {
    const size = proposal.batchSize === undefined ? fixedBatch : arm.belief.referenceBatch;
    const { measurement } = measurementOf(measured, arm.optimizer);
    const gradients = Math.round(measurement.cost.gradients);
    const from = declared.isGiven ? "a given measurement" : `${gradients} gradients`;
    return `Theory's prior${whose(arm)}: ${arm.learningRate} ${described(rateAt(arm, size))} (${from}).`;
  });
  const others = (proposal.beside ?? []).map((one) => `Theory's prior: ${settingText(one)}.`);
  return [...lines, ...others, ...notes.map((note) => `Theory's prior: ${note}`)];
}

const whose = ({ optimizer }: { readonly optimizer?: Scalar }): string =>
  optimizer === undefined ? "" : ` for ${String(optimizer)}`;

const described = ({ batchSize, learningRate, interval: [low, high] }: ProposedRate): string =>
  `${short(learningRate)} (90 %: ${short(low)} to ${short(high)}) at batch size ${short(batchSize)}`;

const SOURCES: Readonly<Record<ArmReport["source"], string>> = {
  edgeAndMeasuredScale: "half-way to the directional edge, at the small nets' scale",
  edgeAndDefault: "half-way from the usual rate to the directional edge",
  halfTheStabilityEdge: "half the stability edge",
  halfTheDirectionalEdge: "half the directional edge",
  defaultOnly: "the usual rate: there is no usable edge",
};

/** For people. */
export function theoryReportLines({ arms, beside, cost, measured, notes }: TheoryReport): string[] {
  const { gradients, seconds } = cost;
  const head = `Theory's prior (${Math.round(gradients)} gradients, ${short(seconds)} s)`;
  const facts = measured.map(({ measurement: m, optimizer }) => {
    const parts = [
      ...(m.sharpness ? [`λ_max ${short(m.sharpness.value)}`] : []),
      ...(m.simpleNoise?.value !== undefined ? [`B_simple ${short(m.simpleNoise.value)}`] : []),
      ...(m.weightedNoise?.value !== undefined ? [`B_noise ${short(m.weightedNoise.value)}`] : []),
    ];
    const at = `measured${whose({ optimizer })} at batch size ${short(m.batchSize)}, step ${m.step}`;
    return `  ${[at, ...parts].join(", ")}`;
  });
  const others = beside.map(
    ({ belief, inForce }) => `  ${settingText(belief)}${inForce ? "" : " (not in force)"}`,
  );
  const said = notes.map((note) => `  ${note}`);
  return [head, ...facts, ...arms.flatMap(armLines), ...others, ...said];
}

function armLines(arm: ArmReport): string[] {
  const edges = [
    ...(arm.stabilityEdge === undefined ? [] : [`stability edge ${short(arm.stabilityEdge)}`]),
    ...(arm.directionalEdge === undefined ? [] : [`η_c ${short(arm.directionalEdge)}`]),
  ];
  return [
    `  ${[`${arm.learningRateName} of ${arm.measured}`, SOURCES[arm.source], ...edges].join(", ")}`,
    ...arm.rates.map((rate) => `    ${described(rate)}`),
    `    ${verdictText(arm)}`,
  ];
}

function verdictText({ state, since, reasons, trials }: ArmVerdict): string {
  if (since !== undefined) return `${state} after trial ${since}: ${reasons.join("; ")}`;
  return `in force after ${counted(trials, "trial")}`;
}
