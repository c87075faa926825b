import type { FinishedTrial } from "../contracts/trial.ts";
import { durationOf } from "../export/table.ts";
import { medianOf } from "../numerics/quantile.ts";
import { durationText, percentText } from "../plots/chart/number-text.ts";
import { plot } from "../plots/plot.ts";
import { stateOf, type PlottedState } from "../plots/study/plotted-trial.ts";
import type { Findings } from "./findings.ts";
import type { ReportSection } from "./section.ts";
import { listed } from "./words.ts";
import { counted } from "../errors/counted.ts";

interface Timed {
  readonly trial: FinishedTrial;
  readonly state: PlottedState;
  readonly ms: number;
}

/** What the trials cost, and on what it went. */
export function costSection(findings: Findings): ReportSection {
  const { study, finished } = findings;
  const title = "What it cost";
  const timed = finished.flatMap((trial): Timed[] => {
    const ms = durationOf(trial);
    const state = stateOf(trial, study.directions);
    return ms === undefined ? [] : [{ trial, state, ms }];
  });
  if (timed.length === 0) {
    return {
      title,
      said: ["Nobody kept when the trials began and ended.", ...stepsSaid(finished)],
    };
  }
  const all = sum(timed);
  return {
    title,
    said: [
      `The trials ran for ${durationText(all)} together, in ${durationText(spanOf(timed))} from the first start to the last end.`,
      ...partsSaid(timed, all),
      ...savedSaid(timed),
      ...stepsSaid(finished),
    ],
    pictures: [{ chart: plot(study, "timeline").chart, isWide: true }],
  };
}

const sum = (timed: readonly Timed[]): number => timed.reduce((total, { ms }) => total + ms, 0);

function spanOf(timed: readonly Timed[]): number {
  let [from, to] = [Infinity, -Infinity];
  for (const { trial } of timed) {
    from = Math.min(from, Number(trial.startedAt));
    to = Math.max(to, Number(trial.completedAt));
  }
  return to - from;
}

/** What went on trials that came to nothing. */
function partsSaid(timed: readonly Timed[], all: number): string[] {
  if (all === 0) return [];
  const parts = (["pruned", "diverged", "out of memory", "failed"] as const).flatMap((state) => {
    const share = sum(timed.filter((one) => one.state === state)) / all;
    return share > 0 ? [`${percentText(share)} on trials that ${ENDS[state]}`] : [];
  });
  return parts.length > 0 ? [`Of this went ${listed(parts)}.`] : [];
}

const ENDS = {
  pruned: "were stopped early",
  diverged: "diverged",
  "out of memory": "ran out of memory",
  failed: "failed otherwise",
} as const;

/** What stopping early saved, had pruned trials gone on as long as a usual complete one. */
function savedSaid(timed: readonly Timed[]): string[] {
  const whole = timed.filter(({ state }) => state === "complete").map(({ ms }) => ms);
  const pruned = timed.filter(({ state }) => state === "pruned");
  if (whole.length === 0) return [];
  const usual = medianOf(whole);
  const text = `A complete trial took ${durationText(usual)} (median)`;
  const saved = pruned.reduce((total, { ms }) => total + Math.max(0, usual - ms), 0);
  return [
    saved > 0 ? `${text}: stopping trials early saved about ${durationText(saved)}.` : `${text}.`,
  ];
}

function stepsSaid(finished: readonly FinishedTrial[]): string[] {
  const steps = finished.reduce((total, { reports }) => total + reports.length, 0);
  return steps > 0 ? [`They reported their metric ${counted(steps, "time")}.`] : [];
}
