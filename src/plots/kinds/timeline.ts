import { HpoError } from "../../errors/errors.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { PlotChart, Colour, Mark } from "../chart/chart.ts";
import { durationText } from "../chart/number-text.ts";
import type { PlotKind } from "../plot-kind.ts";
import { countsText, stateOf, type PlottedState } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface TimelineData {
  /** Devices, or workers where none were used, from the top to the bottom. */
  readonly lanes: readonly string[];
  readonly spans: readonly Span[];
  /** Milliseconds in which something ran or was about to. */
  readonly length: number;
  /** Where nothing ran for long, cut out of the time axis. */
  readonly pauses: readonly { readonly at: number; readonly ms: number }[];
  readonly facts: readonly string[];
}

interface Span {
  readonly trial: number;
  readonly state: PlottedState;
  readonly lane: number;
  /** Milliseconds from the first start on, pauses cut out. */
  readonly from: number;
  readonly to: number;
}

interface Run {
  readonly trial: Trial;
  readonly from: number;
  readonly to: number;
}

/** @throws HpoError if no trial has a start and an end */
export function timelineData(study: PlottedStudy): TimelineData {
  const runs = runsOf(study);
  if (runs.length === 0) {
    throw new HpoError(
      `No trial of study ${JSON.stringify(study.name)} has a start and an end. Run some first.`,
    );
  }
  const { toTime, pauses } = withoutPauses(runs);
  const lanes = laneNames(runs);
  const spans = runs.map(({ trial, from, to }, i) => ({
    trial: trial.number,
    state: stateOf(trial, study.directions),
    lane: lanes.of[i],
    from: toTime(from),
    to: toTime(to),
  }));
  const length = Math.max(1, ...spans.map(({ to }) => to));
  const busy = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = spans.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const share = Math.round((100 * busy) / (length * lanes.names.length));
  return {
    lanes: lanes.names,
    spans,
    length,
    pauses,
    facts: [
      `${durationText(length)}, of which ${lanes.names.length === 1 ? "its one lane was" : `${lanes.names.length} lanes were`} busy ${share} %`,
      `longest: trial ${longest.trial}, ${durationText(longest.to - longest.from)}`,
      countsText(study.trials, study.directions),
    ],
  };
}

/** Runs with a start, by their starts; a running trial lasts to the last time that is known. */
function runsOf({ trials }: PlottedStudy): Run[] {
  const times = trials.flatMap((trial) => {
    if (trial.state === "waiting") return [];
    const end = trial.state === "running" ? undefined : trial.completedAt;
    return [trial.startedAt, end].flatMap((time) => (time ? [time.getTime()] : []));
  });
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  return trials
    .flatMap((trial): Run[] => {
      if (trial.state === "waiting" || !trial.startedAt) return [];
      const from = trial.startedAt.getTime();
      const end = trial.state === "running" ? last : trial.completedAt?.getTime();
      return end === undefined || !(end >= from) ? [] : [{ trial, from, to: end }];
    })
    .sort((a, b) => a.from - b.from || a.trial.number - b.trial.number);
}

/** A time in which nothing runs is a pause if it lasts this share of all the time in which something does. */
const PAUSE_SHARE = 0.1;
/** What is left of a pause on the axis, as a share of the same. */
const LEFT_SHARE = 0.01;

function withoutPauses(runs: readonly Run[]) {
  const gaps: { at: number; ms: number }[] = [];
  const begun = runs[0].from;
  let until = begun;
  for (const { from, to } of runs) {
    if (from > until) gaps.push({ at: until, ms: from - until });
    until = Math.max(until, to);
  }
  const active = until - begun - gaps.reduce((sum, { ms }) => sum + ms, 0);
  const cut = gaps.filter(({ ms }) => ms > PAUSE_SHARE * active);
  const left = LEFT_SHARE * active;
  const toTime = (time: number): number => {
    const before = cut.filter(({ at }) => at < time);
    return before.reduce((sum, { ms }) => sum - (ms - left), time - begun);
  };
  return {
    toTime,
    pauses: cut.map(({ at, ms }) => ({ at: toTime(at) + left / 2, ms })),
  };
}

/** By device; trials without one take the first lane that is free. */
function laneNames(runs: readonly Run[]) {
  const devices = [...new Set(runs.flatMap(({ trial }) => trial.device ?? []))].sort();
  const names = [...devices];
  const freeFrom: number[] = [];
  const first = devices.length;
  const of = runs.map(({ trial, from, to }) => {
    if (trial.device !== undefined) return devices.indexOf(trial.device);
    let lane = freeFrom.findIndex((time) => time <= from);
    if (lane < 0) lane = freeFrom.length;
    freeFrom[lane] = to;
    if (first + lane >= names.length) names.push(`worker ${lane + 1}`);
    return first + lane;
  });
  return { names, of };
}

const COLOURS: readonly (readonly [PlottedState, Colour])[] = [
  ["complete", "accent"],
  ["infeasible", "series4"],
  ["pruned", "soft"],
  ["diverged", "bad"],
  ["out of memory", "series6"],
  ["failed", "best"],
  ["running", "series2"],
];

export function timelineChart({ lanes, spans, length, pauses, facts }: TimelineData): PlotChart {
  const height = (lane: number): number => lanes.length - 1 - lane;
  const boxes = COLOURS.flatMap(([state, colour]): Mark[] => {
    const of = spans.filter((span) => span.state === state);
    if (of.length === 0) return [];
    return [
      {
        mark: "boxes",
        name: state,
        colour,
        opacity: 0.85,
        boxes: of.map(
          ({ from, to, lane }) => [from, to, height(lane) - 0.38, height(lane) + 0.38] as const,
        ),
        tips: of.map(
          ({ trial, from, to }) => `trial ${trial}\n${state}\n${durationText(to - from)}`,
        ),
      },
    ];
  });
  const rules = pauses.map(({ at, ms }): Mark => ({
    mark: "rule",
    axis: "x",
    at,
    colour: "text",
    dashed: true,
    label: `${durationText(ms)} of pause`,
  }));
  return {
    title: "Timeline",
    facts,
    panels: [
      {
        x: { name: "time in which trials ran", scale: { kind: "time", low: 0, high: length } },
        y: { name: "", scale: { kind: "category", choices: [...lanes].reverse() } },
        marks: [...boxes, ...rules],
      },
    ],
    width: 760,
    height: Math.min(900, 170 + 34 * lanes.length),
  };
}

export const timelinePlot: PlotKind<TimelineData> = {
  summary: "when trials ran, and on which device or worker",
  takes: [],
  data: timelineData,
  chart: timelineChart,
};
