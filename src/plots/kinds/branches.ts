import { HpoError } from "../../errors/errors.ts";
import type { Mark, PlotChart } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { bestOf, bestText, metricOf } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { countsText, stateOf, type PlottedState } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { counted } from "../../errors/counted.ts";

export interface BranchesData {
  readonly parameter: string;
  /** The choices, from the top to the bottom. */
  readonly branches: readonly {
    readonly name: string;
    readonly trials: readonly number[];
    readonly states: readonly PlottedState[];
    /** Its best trial, if it has one. */
    readonly best?: { readonly trial: number; readonly value: number };
  }[];
  readonly last: number;
  readonly facts: readonly string[];
}

/**
 * @param options.params the choice; by default the first that other parameters depend on, or the first
 * @throws HpoError if the study has no choice
 */
export function branchesData(study: PlottedStudy, options: PlotOptions = {}): BranchesData {
  const metric = metricOf(study, options.metric);
  const name = options.params?.[0] ?? choiceOf(study);
  const [{ scale, at }] = parametersOf(study, [name]);
  if (scale.kind !== "category") {
    throw new HpoError(
      `Parameter "${name}" of study ${JSON.stringify(study.name)} is no choice. Name a categorical one.`,
    );
  }
  const tried = study.trials.filter(({ state }) => state !== "waiting");
  const branches = scale.choices.map((choice, i) => {
    const trials = tried.filter((trial) => at(trial) === i);
    const best = bestOf(trials, metric);
    return {
      name: choice,
      trials: trials.map(({ number }) => number),
      states: trials.map((trial) => stateOf(trial, study.directions)),
      ...(best && { best: { trial: best.trial.number, value: best.value } }),
    };
  });
  return {
    parameter: name,
    branches,
    last: Math.max(1, study.trials.at(-1)?.number ?? 1),
    facts: [bestText(bestOf(study.trials, metric)), countsText(study.trials, study.directions)],
  };
}

function choiceOf({ name, space }: PlottedStudy): string {
  const choices = space.parameters.filter(
    ({ distribution }) => distribution.kind === "categorical",
  );
  const parents = new Set(
    space.parameters.flatMap(({ conditions }) => conditions.map(({ parameter }) => parameter)),
  );
  const found = choices.find((parameter) => parents.has(parameter.name)) ?? choices[0];
  if (found) return found.name;
  throw new HpoError(
    `Study ${JSON.stringify(name)} has no choice between branches: none of its parameters is categorical.`,
  );
}

export function branchesChart({ parameter, branches, last, facts }: BranchesData): PlotChart {
  const rows = [...branches].reverse();
  const points = (wanted: (state: PlottedState) => boolean) => {
    const found = rows.flatMap(({ trials, states }, row) =>
      trials.flatMap((trial, i) => (wanted(states[i]) ? [{ trial, row }] : [])),
    );
    return {
      x: found.map(({ trial }) => trial),
      y: found.map(({ row }) => row),
      trials: found.map(({ trial }) => trial),
    };
  };
  const best = rows.flatMap((branch, row) => (branch.best ? [{ ...branch.best, row }] : []));
  const marks: Mark[] = [
    {
      mark: "dots",
      name: "pruned or failed",
      symbol: "ring",
      size: 5,
      colour: "soft",
      opacity: 0.8,
      ...points((state) => state !== "complete" && state !== "diverged"),
    },
    {
      mark: "dots",
      name: "complete",
      symbol: "disc",
      size: 6,
      colour: "accent",
      opacity: 0.8,
      ...points((state) => state === "complete"),
    },
    {
      mark: "dots",
      name: "diverged",
      symbol: "cross",
      size: 8,
      colour: "bad",
      ...points((state) => state === "diverged"),
    },
    {
      mark: "dots",
      name: "best of its branch",
      symbol: "star",
      size: 14,
      colour: "best",
      outlined: true,
      x: best.map(({ trial }) => trial),
      y: best.map(({ row }) => row),
      trials: best.map(({ trial }) => trial),
    },
  ];
  const said = branches.map(
    (branch) =>
      `${branch.name}: ${counted(branch.trials.length, "trial")}${branch.best ? `, best ${numberText(branch.best.value)}` : ""}`,
  );
  return {
    title: "Branches",
    facts: [...facts, ...said.slice(0, 12)],
    panels: [
      {
        x: { name: "trial", scale: scaleFor([0, last], { log: false, integer: true, room: 0.01 }) },
        y: { name: parameter, scale: { kind: "category", choices: rows.map(({ name }) => name) } },
        marks,
      },
    ],
    width: 760,
    height: Math.min(900, 210 + 40 * rows.length),
  };
}

export const branchesPlot: PlotKind<BranchesData> = {
  summary: "which branch of a choice the search looked at, and the best of each",
  takes: ["metric", "params"],
  data: branchesData,
  chart: branchesChart,
};
