import { observationOf } from "../contracts/observation.ts";
import type { Trial } from "../contracts/trial.ts";
import { numberText, percentText } from "../plots/chart/number-text.ts";
import { plot } from "../plots/plot.ts";
import { stateOf } from "../plots/study/plotted-trial.ts";
import { loggedEdges } from "../plots/study/logged-edges.ts";
import { parameterOfRole } from "../plots/study/roles.ts";
import { beliefAt } from "../theory/prior/rate-belief.ts";
import type { ProposedArm, TheoryProposal } from "../theory/study/proposal.ts";
import { theoryReport, type ArmReport } from "../theory/study/report.ts";
import type { Findings } from "./findings.ts";
import { pictureIfAny } from "./picture-if-any.ts";
import type { ReportPicture, ReportSection } from "./section.ts";
import { counted } from "../errors/counted.ts";

/** 90 % of a normal lie within this many standard deviations. */
const Z90 = 1.6448536269514722;

/** What theory said, and whether it held. */
export function theorySection(findings: Findings): ReportSection {
  const { study } = findings;
  const title = "What theory said, and whether it held";
  const pictures = [...lawPicture(findings), ...edgePicture(findings)];
  if (!study.theory) {
    const said = [
      "Theory was not asked. `hpo probe` measures the sharpness of the training problem and proposes a learning rate; `prior: theory()` lets a study use it.",
    ];
    return { title, said: [...said, ...nearestSaid(findings)], pictures };
  }
  const history = findings.finished.map((trial) => observationOf(trial, study.directions));
  const prior = pictureIfAny(() => plot(study, "prior", { metric: findings.metric.name }).chart);
  const { arms, cost, notes } = theoryReport(study.space, study.theory, history);
  return {
    title,
    said: [
      ...arms.flatMap((report, i) =>
        armSaid(findings, study.theory!, study.theory!.arms[i], report),
      ),
      ...nearestSaid(findings),
      `Theory's measurements cost ${numberText(Math.round(cost.gradients))} gradients.`,
    ],
    points: notes,
    pictures: [...prior, ...pictures],
  };
}

function armSaid(
  findings: Findings,
  theory: TheoryProposal,
  arm: ProposedArm,
  report: ArmReport,
): string[] {
  const whose = arm.optimizer === undefined ? "" : ` of ${String(arm.optimizer)}`;
  const best = findings.ranking.find(({ trial }) => isOf(trial, theory, arm))?.trial;
  const batch = batchOf(best, theory);
  const { mean, sd } = beliefAt(arm.belief, batch);
  const at = (z: number): number => Math.exp(mean + z * sd);
  const expected = `Before any trial theory expected the best ${arm.learningRate}${whose} near ${numberText(at(0))} at batch size ${numberText(batch)} (90 %: ${numberText(at(-Z90))} to ${numberText(at(Z90))}).`;
  return [
    expected,
    ...(best ? [heldText(best.number, rateOf(best, arm), at(-Z90), at(Z90))] : []),
    verdictText(report),
    ...edgeSaid(findings, theory, arm),
  ];
}

const isOf = (trial: Trial, { optimizer }: TheoryProposal, arm: ProposedArm): boolean =>
  rateOf(trial, arm) > 0 && (optimizer === undefined || trial.params[optimizer] === arm.optimizer);

const rateOf = ({ params }: Trial, { learningRate }: ProposedArm): number =>
  Object.hasOwn(params, learningRate) ? Number(params[learningRate]) : NaN;

function batchOf(trial: Trial | undefined, { batchSize, fixedBatch }: TheoryProposal): number {
  const size = batchSize === undefined ? undefined : trial?.params[batchSize];
  return typeof size === "number" && size > 0 ? size : fixedBatch;
}

function heldText(trial: number, rate: number, low: number, high: number): string {
  const where = rate < low ? "below what theory expected" : "above what theory expected";
  return `The best trial, ${trial}, has ${numberText(rate)}: ${rate >= low && rate <= high ? "theory held" : where}.`;
}

function verdictText({ state, since, reasons, trials }: ArmReport): string {
  if (since === undefined)
    return `${counted(trials, "trial")} judged it, and the search still uses it.`;
  return `Judged by all trials it was ${state} after trial ${since}: ${reasons.join("; ")}.`;
}

/** Whether trials diverge above the stability edge, and not below. */
function edgeSaid(
  { study, finished }: Findings,
  theory: TheoryProposal,
  arm: ProposedArm,
): string[] {
  const { stabilityEdge: edge } = arm;
  if (edge === undefined) return [];
  const judged = finished
    .filter((trial) => isOf(trial, theory, arm))
    .map((trial) => ({ rate: rateOf(trial, arm), state: stateOf(trial, study.directions) }));
  const told = (isAbove: boolean): string => {
    const there = judged.filter(({ rate }) => rate > edge === isAbove);
    const bad = there.filter(({ state }) => state === "diverged").length;
    return `${bad} of ${there.length}`;
  };
  return [
    `The largest stable rate was measured as ${numberText(edge)}: above it ${told(true)} trials diverged, below it ${told(false)}.`,
  ];
}

/** How near trainings that logged their sharpness came to the edge 2/η. */
function nearestSaid({ study }: Findings): string[] {
  const nearest = nearestToEdge(loggedEdges(study));
  if (!nearest) return [];
  return [
    `Of the trainings that logged their sharpness, trial ${nearest.trial} came nearest to the edge of stability 2/η from below or ran along it: at most ${percentText(nearest.share)} of it.`,
  ];
}

/** The training whose sharpness reached the largest share of 2/η. */
export function nearestToEdge(
  edges: ReturnType<typeof loggedEdges>,
): { readonly trial: number; readonly share: number } | undefined {
  let nearest: { trial: number; share: number } | undefined;
  for (const { trial, sharpness, rate } of edges) {
    const shares = sharpness.values.map((value, i) => (value * rate(sharpness.steps[i])) / 2);
    const share = Math.max(...shares.slice(-Math.ceil(shares.length / 2)));
    if (!nearest || share > nearest.share) nearest = { trial, share };
  }
  return nearest;
}

function edgePicture({ study }: Findings): ReportPicture[] {
  return loggedEdges(study).length > 0 ? [{ chart: plot(study, "edge").chart }] : [];
}

/** The best learning rate by batch size, where both were searched. */
function lawPicture({ study, ranking, metric }: Findings): ReportPicture[] {
  const names = (["learningRate", "batchSize"] as const).map((role) =>
    parameterOfRole(study, role),
  );
  const tried = names.every((name) => {
    if (name === undefined) return false;
    const values = ranking
      .map(({ trial }) => trial.params[name])
      .filter((value) => Number(value) > 0);
    return new Set(values).size > 1;
  });
  return tried ? pictureIfAny(() => plot(study, "scale", { metric: metric.name }).chart) : [];
}
