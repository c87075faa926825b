import { percentText } from "../plots/chart/number-text.ts";
import { plot } from "../plots/plot.ts";
import { parametersOf } from "../plots/study/parameters.ts";
import type { ParameterImportance } from "../importance/index.ts";
import type { Findings } from "./findings.ts";
import { pictureIfAny } from "./picture-if-any.ts";
import type { ReportPicture, ReportSection } from "./section.ts";
import { listed } from "./words.ts";
import { counted } from "../errors/counted.ts";

/** Shares below are as good as none. */
export const HARDLY = 0.03;
/** What parameters have with others and not alone, from which on it is said. */
const TOGETHER = 0.1;
/** Shares that vary by more are a hint alone. */
export const UNSURE = 0.15;
/** So many parameters have a picture. */
const SHOWN = 3;

/** Which parameters matter. */
export function mattersSection(findings: Findings): ReportSection {
  const { importance, study, metric } = findings;
  const title = "What matters";
  if (importance.note !== undefined) return { title, said: [importance.note] };
  const shares = importance.importance;
  const main = shares.filter(({ share }) => share >= HARDLY);
  return {
    title,
    said: [
      ...mainSaid(main, metric.name),
      ...togetherSaid(main),
      ...hardlySaid(shares),
      basisText(findings),
    ],
    pictures: [
      { chart: plot(study, "importance", { importance, metric: metric.name }).chart },
      ...slicePicture(findings),
      ...contourPicture(findings),
      ...parallelPicture(findings),
    ],
  };
}

/** "lr explains 71 % (± 5 %) of what varies in the loss, momentum 9 %." */
function mainSaid(main: readonly ParameterImportance[], metric: string): string[] {
  if (main.length === 0) return [];
  const [first, ...rest] = main.map(
    ({ share, spread }) =>
      `${percentText(share)}${spread >= 0.005 ? ` (± ${percentText(spread)})` : ""}`,
  );
  const others = rest.map((text, i) => `${main[i + 1].name} ${text}`);
  return [
    `${main[0].name} explains ${first} of what varies in the ${metric}${others.length > 0 ? `, ${listed(others)}` : ""}.`,
  ];
}

function togetherSaid(main: readonly ParameterImportance[]): string[] {
  const found = main.filter(
    ({ total, first }) => total !== undefined && first !== undefined && total - first > TOGETHER,
  );
  if (found.length === 0) return [];
  const names = listed(found.map(({ name }) => name));
  return [
    `What ${names} ${found.length === 1 ? "does" : "do"} depends on the other parameters, too: search them together.`,
  ];
}

function hardlySaid(shares: readonly ParameterImportance[]): string[] {
  const rest = shares.filter(({ share }) => share < HARDLY).map(({ name }) => name);
  if (rest.length === 0) return [];
  return [
    `${listed(rest)} hardly ${rest.length === 1 ? "matters" : "matter"}: under ${percentText(HARDLY)}${rest.length === 1 ? "" : " each"}.`,
  ];
}

const SCALES = {
  linear: "",
  log: ", their values compared by logarithms as they span decades",
  rank: ", compared by their ranks as their values span decades",
} as const;

function basisText({
  importance: { importance, trials, scale, leftOut, evaluator },
}: Findings): string {
  const { diverged, pruned, other } = leftOut;
  const left = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(other > 0 ? [`${other} other`] : []),
  ];
  const without = left.length > 0 ? ` Not counted: ${listed(left)}.` : "";
  const few =
    importance.length > 0 && importance[0].spread > UNSURE
      ? " The trees differ much: take it as a hint."
      : "";
  return `This is ${evaluator} of ${counted(trials, "complete trial")}${SCALES[scale]}.${without}${few}`;
}

/** The parameters that matter most, against the value. */
function slicePicture({ study, importance, metric }: Findings): ReportPicture[] {
  const varied = new Set(parametersOf(study).map(({ name }) => name));
  const params = importance.importance
    .map(({ name }) => name)
    .filter((name) => varied.has(name))
    .slice(0, SHOWN);
  if (params.length === 0) return [];
  return [{ chart: plot(study, "slice", { params, metric: metric.name }).chart }];
}

/** Over the two numeric parameters that matter most; by what tells most at a look, where few have both. */
function contourPicture({ study, importance, metric }: Findings): ReportPicture[] {
  const isNumeric = new Set(
    study.space.parameters.flatMap(({ name, distribution }) =>
      distribution.kind === "categorical" ? [] : [name],
    ),
  );
  const params = importance.importance
    .map(({ name }) => name)
    .filter((name) => isNumeric.has(name))
    .slice(0, 2);
  const named = pictureIfAny(() => plot(study, "contour", { params, metric: metric.name }).chart);
  return named.length > 0
    ? named
    : pictureIfAny(() => plot(study, "contour", { metric: metric.name }).chart);
}

const MOST_AXES = 9;

function parallelPicture({ study, importance, metric }: Findings): ReportPicture[] {
  const varied = parametersOf(study).map(({ name }) => name);
  const order = importance.importance.map(({ name }) => name);
  const chosen = new Set(order.filter((name) => varied.includes(name)).slice(0, MOST_AXES));
  const params = varied.filter((name) => chosen.has(name));
  if (params.length < 2) return [];
  return [{ chart: plot(study, "parallel", { params, metric: metric.name }).chart, isWide: true }];
}
