import { isFinished, type Trial } from "../contracts/trial.ts";
import { HpoError } from "../errors/errors.ts";
import { numberText, percentText, scalarText } from "../plots/chart/number-text.ts";
import {
  FEWEST_FOR_REGRET,
  regretBoundChart,
  regretData,
  type RegretData,
} from "../plots/kinds/regret.ts";
import { plot } from "../plots/plot.ts";
import { metricsOf } from "../plots/study/metric.ts";
import type { Scalar } from "../space/distribution.ts";
import type { Findings } from "./findings.ts";
import type { ReportPicture, ReportSection, SectionTable } from "./section.ts";
import { counted } from "../errors/counted.ts";

/** So many of the best say how sure a setting is. */
export const TOP = 10;
const MOST_OF_FRONT = 12;

/** The best, and how sure it is that it is the best. */
export function foundSection(findings: Findings): ReportSection {
  const { study, ranking } = findings;
  const title = "What was found, and how sure it is";
  const pictures = [{ chart: plot(study, "history", { metric: findings.metric.name }).chart }];
  const isSeveral = study.directions.length > 1;
  if ((isSeveral ? findings.front : ranking).length === 0) {
    const what = isSeveral ? "finite values" : "a finite value";
    const said = [`No trial ended with ${what} and met the constraints: there is no best.`];
    return { title, said, pictures };
  }
  if (isSeveral) return { title, ...frontFound(findings) };
  const regret = regretOf(findings);
  return {
    title,
    said: [
      ...bestSaid(findings),
      ...spreadSaid(findings),
      ...lastGainSaid(findings),
      ...leftSaid(regret),
      CONFIRM,
    ],
    table: settingsTable(findings),
    pictures: [
      ...pictures,
      ...(regret ? [{ chart: regretBoundChart(regret) }] : []),
      ...reportedPicture(findings),
    ],
  };
}

const CONFIRM =
  "The best of many noisy trials looks better than it is: `hpo study confirm` runs the best few settings again on fresh seeds, and says which one to take.";

const bestSaid = ({ ranking: [best, ...rest], metric }: Findings): string[] => [
  `The best ${metric.name} is ${numberText(best.value)}, of trial ${best.trial.number}, among ${counted(rest.length + 1, "complete trial")}.`,
];

function spreadSaid({ ranking, metric }: Findings): string[] {
  const top = ranking.slice(0, TOP);
  if (top.length < 3) return [];
  const [first, last] = [top[0].value, top[top.length - 1].value];
  if (first === last) return [`The best ${top.length} trials have the same ${metric.name}.`];
  // A share says something of values of one sign only.
  const apart = first * last > 0 ? `, ${apartText(Math.abs(last / first))}` : "";
  return [
    `The best ${top.length} lie between ${numberText(first)} and ${numberText(last)}${apart}. Where their settings differ in the table, the study does not tell these settings apart.`,
  ];
}

/** Of the last to the first. */
function apartText(ratio: number): string {
  const factor = Math.max(ratio, 1 / ratio);
  return factor > 2
    ? `a factor of ${numberText(factor, 2)} apart`
    : `${percentText(factor - 1)} apart`;
}

/** How long ago the best improved. */
function lastGainSaid({ ranking: [best], finished }: Findings): string[] {
  const at = finished.findIndex(({ number }) => number === best.trial.number);
  if (at < 0) return [];
  const since = finished.length - at - 1;
  if (since === 0) return ["It is the last trial that ended: the search was still gaining."];
  return [
    `${counted(at + 1, "trial")} had ended when it was found; the ${since === 1 ? "one" : since} since brought nothing better.`,
  ];
}

/** Undefined where too few trials tell what is left to gain. */
function regretOf({ study, ranking, metric }: Findings): RegretData | undefined {
  const isTold = ranking.length >= FEWEST_FOR_REGRET && study.space.parameters.length > 0;
  return isTold ? regretData(study, { metric: metric.name }) : undefined;
}

function leftSaid(regret: RegretData | undefined): string[] {
  if (!regret) return [];
  const [bound, noise] = [regret.bound.at(-1)!, regret.noise.at(-1)!];
  const against =
    bound < noise
      ? `less than the noise of one trial, ${numberText(noise, 2)}: more trials of this space will not do`
      : `beside a noise of ${numberText(noise, 2)} in one trial`;
  return [`A model of the trials sees at most ${numberText(bound, 2)} left to gain, ${against}.`];
}

function settingsTable({ study, ranking }: Findings): SectionTable {
  const top = ranking.slice(0, TOP).map(({ trial }) => trial);
  return {
    head: ["parameter", `trial ${top[0].number}`, `the best ${top.length}`],
    rows: study.space.parameters.map(({ name }) => [
      name,
      valueText(top[0], name),
      spanText(top, name),
    ]),
  };
}

const ABSENT = "–";

const paramOf = ({ params }: Trial, name: string): Scalar | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

function valueText(trial: Trial, name: string): string {
  const value = paramOf(trial, name);
  return value === undefined ? ABSENT : shortText(value);
}

const shortText = (value: Scalar): string =>
  typeof value === "number" ? numberText(value) : scalarText(value);

/** "0.01 to 0.3", or choices by how often they were taken. */
function spanText(trials: readonly Trial[], name: string): string {
  const values = trials.flatMap((trial) => paramOf(trial, name) ?? []);
  if (values.length === 0) return ABSENT;
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === values.length) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return low === high ? numberText(low) : `${numberText(low)} to ${numberText(high)}`;
  }
  const counts = new Map<string, number>();
  for (const value of values) {
    const text = scalarText(value);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text, count]) => `${count} × ${text}`)
    .join(", ");
}

const reportedPicture = ({ study }: Findings): ReportPicture[] =>
  study.trials.some((trial) => isFinished(trial) && trial.reports.length > 1)
    ? [{ chart: plot(study, "intermediate", { top: 3 }).chart }]
    : [];

function frontFound(findings: Findings): Omit<ReportSection, "title"> {
  const { study, metric } = findings;
  const names = metricsOf(study).map(({ name }) => name);
  const front = [...findings.front].sort((a, b) => a.values[metric.index] - b.values[metric.index]);
  const shown = evenly(front, MOST_OF_FRONT);
  const rows = shown.map((trial) => [
    `${trial.number}`,
    ...trial.values.map((value) => numberText(value)),
    ...study.space.parameters.map(({ name }) => valueText(trial, name)),
  ]);
  return {
    said: [
      `${counted(front.length, "trial")} ${front.length === 1 ? "is" : "are"} the front: no other trial is better in one metric without being worse in another.`,
      ...(front.length > shown.length
        ? [`The table shows ${shown.length} of them, by ${metric.name}.`]
        : []),
    ],
    table: { head: ["trial", ...names, ...study.space.parameters.map(({ name }) => name)], rows },
    pictures: [{ chart: plot(study, "pareto").chart }, ...hypervolumePicture(study)],
  };
}

/** Left out where the trials do not differ in each metric, so that there is no volume. */
function hypervolumePicture(study: Findings["study"]): ReportPicture[] {
  try {
    return [{ chart: plot(study, "hypervolume").chart }];
  } catch (error) {
    if (error instanceof HpoError) return [];
    throw error;
  }
}

/** At most so many of the items, the first and the last among them. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, k) => items[Math.round((k * (items.length - 1)) / (most - 1))],
  );
}
