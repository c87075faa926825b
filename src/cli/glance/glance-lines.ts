/** A study at a glance, in a few lines that fit a terminal: while it runs, and where it is kept. */
import type { CompleteTrial } from "../../contracts/trial.ts";
import { whatIsWrong } from "../../study/best-trial.ts";
import type { ImportanceResult } from "../../importance/index.ts";
import { chosenBy } from "../../study/strategy-registry.ts";
import type { StudyView } from "../../study/study-view.ts";
import { shareBar } from "../draw/share-bar.ts";
import { hasDiverged, sparkline } from "../draw/sparkline.ts";
import { fitted, joined, lineWidth, piece, type StyledLine } from "../draw/styled-line.ts";
import { cutInMiddle, padded } from "../draw/width.ts";
import * as format from "../format.ts";
import { hundredths } from "../importance/importance-report.ts";
import { counted } from "../../errors/counted.ts";

/** What is looked at: an open study, or a stored one. */
export type GlancedStudy = Pick<
  StudyView,
  | "name"
  | "directions"
  | "metricNames"
  | "version"
  | "space"
  | "counts"
  | "trials"
  | "finished"
  | "bestTrials"
  | "interrupted"
>;

export interface GlanceOptions {
  /** What a line has room for, ≥ 1. */
  readonly columns: number;
  readonly unicode: boolean;
  /** Once there are trials enough to tell. */
  readonly importance?: ImportanceResult;
}

export interface RunningGlance extends GlanceOptions {
  readonly total?: number;
  /** Milliseconds; undefined where it is not known. */
  readonly timeLeft?: number;
}

/** What the progress of a run is, and below it what `glanceLines` gives. */
export const runningLines = (study: GlancedStudy, options: RunningGlance): StyledLine[] => [
  progressLine(study, options),
  ...glanceLines(study, options),
];

/** Best, states, values, importance and what `auto` chose, as far as there is something to say. */
export function glanceLines(study: GlancedStudy, options: GlanceOptions): StyledLine[] {
  const { columns, unicode } = options;
  const rows = [
    bestRow(study),
    row("trials", [[piece(stateWords(study))]]),
    ...valueRows(study, options),
    importanceRow(options, study.counts.complete),
    choiceRow(study),
  ];
  return rows.flatMap((one) => {
    if (!one) return [];
    const label = labelled(one.label, options);
    const room = columns - lineWidth(label);
    return [fitted([...label, ...joined(one.groups, room, GAP, unicode)], columns, unicode)];
  });
}

const GAP = "  ";
const LABEL_WIDTH = 9;
/** Below so many columns labels take no more than their own width, and bars are left out. */
const NARROW = 50;

interface Row {
  readonly label: string;
  /** As many as have room; the first is cut. */
  readonly groups: readonly StyledLine[];
}

const row = (label: string, groups: readonly StyledLine[]): Row => ({ label, groups });

function labelled(label: string, { columns, unicode }: GlanceOptions): StyledLine {
  const text = cutInMiddle(label, LABEL_WIDTH - 1, unicode);
  return [piece(columns < NARROW ? `${text} ` : padded(text, LABEL_WIDTH), "dim")];
}

function progressLine(study: GlancedStudy, options: RunningGlance): StyledLine {
  const { columns, unicode, total, timeLeft } = options;
  const { complete, pruned, failed } = study.counts;
  const done = complete + pruned + failed;
  const name = piece(
    cutInMiddle(study.name, Math.max(6, Math.floor(columns / 3)), unicode),
    "bold",
  );
  const left =
    timeLeft === undefined || done === total ? [] : [[piece(`${format.seconds(timeLeft)} left`)]];
  if (total === undefined)
    return joined([[name], [piece(counted(done, "trial"))]], columns, GAP, unicode);
  const count = [piece(`${done}/${total}`)];
  const width = columns < NARROW ? Math.floor(columns / 5) : Math.min(30, Math.floor(columns / 4));
  const filled = shareBar(total > 0 ? done / total : 1, width, unicode);
  const rest = (unicode ? "·" : ".").repeat(Math.max(0, width - filled.length));
  const bar = [piece(filled, "cyan"), piece(rest, "dim")];
  const [first, ...more] = [bar, count, ...left];
  return joined([[name, piece(GAP), ...first], ...more], columns, GAP, unicode);
}

function bestRow(study: GlancedStudy): Row | undefined {
  const { bestTrials, directions, finished, metricNames, counts } = study;
  const [best] = bestTrials as readonly (CompleteTrial | undefined)[];
  if (!best) {
    return counts.complete > 0 ? row("best", [[piece(`none: ${whatIsWrong(study)}`)]]) : undefined;
  }
  if (directions.length > 1) {
    const count = counted(bestTrials.length, "trial");
    return row("front", [[piece(`${count} that no other one beats in every metric`)]]);
  }
  const ago = finished.length - 1 - finished.findLastIndex(({ number }) => number === best.number);
  const when = ago === 0 ? "the last one" : ago === 1 ? "the one before the last" : `${ago} ago`;
  return row("best", [
    [piece(format.values(best.values, metricNames), "green")],
    [piece(`trial ${format.trialName(best)}, ${when}`)],
    ...Object.entries(best.params).map(([name, value]) => [
      piece(format.inline({ [name]: value })),
    ]),
  ]);
}

/** `78 complete, 101 pruned, 2 diverged, 1 failed, 2 running` */
function stateWords(study: GlancedStudy): string {
  const { counts, finished } = study;
  const interrupted = study.interrupted.size;
  const diverged = finished.filter(hasDiverged).length;
  const parts = [
    [counts.pruned, "pruned"],
    [diverged, "diverged"],
    [counts.failed - diverged, "failed"],
    [counts.running - interrupted, "running"],
    [interrupted, "interrupted"],
    [counts.waiting, "waiting"],
  ] as const;
  const others = parts.filter(([count]) => count > 0).map(([count, state]) => `${count} ${state}`);
  const words = [...(counts.complete > 0 ? [format.completeWords(study)] : []), ...others];
  return words.length > 0 ? words.join(", ") : "none yet";
}

/** The first metric's values, and under them where trials diverged. */
function valueRows({ finished, metricNames }: GlancedStudy, options: GlanceOptions): Row[] {
  if (finished.length < 2) return [];
  const { columns, unicode } = options;
  const label = metricNames?.[0] ?? "values";
  const labelWidth = lineWidth(labelled(label, options));
  if (columns <= labelWidth) return [];
  const { levels, marks } = sparkline(finished, 0, columns - labelWidth, unicode);
  const rows = [row(label, [[piece(levels, "cyan")]])];
  if (marks === "") return rows;
  const under = columns < NARROW ? " ".repeat(labelWidth - 1) : "diverged";
  return [...rows, row(under, [[piece(marks, "red")]])];
}

const LONGEST_NAME = 16;
const IMPORTANCE_BAR = 8;

function importanceRow(
  { importance, columns, unicode }: GlanceOptions,
  complete: number,
): Row | undefined {
  if (!importance || importance.note !== undefined) return undefined;
  const groups = importance.importance.map(({ name, share, spread }) => {
    const bar = columns < NARROW ? "" : shareBar(share, IMPORTANCE_BAR, unicode);
    return [
      piece(`${cutInMiddle(name, LONGEST_NAME, unicode)} `),
      piece(bar === "" ? "" : `${bar} `, "cyan"),
      piece(`${hundredths(share)} ${unicode ? "±" : "+/-"} ${hundredths(spread)}`),
    ];
  });
  const { trials } = importance;
  const isPart = trials * 2 <= complete;
  return row("matters", [
    ...groups,
    ...(isPart ? [[piece(`of ${counted(trials, "trial")}`)]] : []),
  ]);
}

function choiceRow({ version, space, directions }: GlancedStudy): Row | undefined {
  const chosen = chosenBy(version, space, directions.length);
  return chosen && row("auto", [[piece(`takes ${chosen.name}: ${chosen.reason}`)]]);
}
