import { isInfeasible } from "../../study/best-trial.ts";
import type { StudyEvent } from "../../study/events.ts";
import type { Study } from "../../study/study.ts";
import { formatBytes } from "../../system/byte-size.ts";
import * as format from "../format.ts";
import { TerminalBlock } from "../draw/terminal-block.ts";
import { knowsUnicode } from "../draw/unicode.ts";
import { runningLines } from "../glance/glance-lines.ts";
import { importanceWatch } from "../glance/importance-watch.ts";
import { startPace } from "./pace.ts";
import { print, warn } from "../output.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

export interface RunProgress {
  /** Says something beside the progress. */
  say(message: string): void;
  end(): void;
}

interface ProgressOptions {
  /** The study's total, if it has one. */
  readonly total?: number;
  readonly workers: number;
  readonly isQuiet: boolean;
}

/** A line for each trial's end; at a terminal, below them, what the study has come to. */
export function showProgress(study: Study, options: ProgressOptions): RunProgress {
  if (options.isQuiet) return { say: warn, end: () => undefined };
  print(beginning(study, options));
  return isLive() ? block(study, options) : lines(study);
}

/** Whether lines may be redrawn: a CI log would keep every redrawing, and a dumb terminal can't move its cursor. */
const isLive = ({ CI, TERM } = process.env): boolean =>
  process.stdout.isTTY && TERM !== "dumb" && (CI === undefined || CI === "" || CI === "false");

/** Said before anything takes time. */
function beginning(study: Study, { total, workers }: ProgressOptions): string {
  const there = study.trials().length - study.counts.waiting;
  const all = total === undefined ? "trials without end" : `${counted(total, "trial")} in all`;
  return [
    `Study ${quotedName(study.name)}: ${all}`,
    ...(there > 0 ? [`${there} of them there`] : []),
    placesText(workers),
  ].join(", ");
}

/** @param workers 0: they are elsewhere */
function placesText(workers: number): string {
  if (workers === 0) return "run by workers elsewhere";
  return workers === 1 ? "one at a time" : `${workers} at once`;
}

/** What is worth a line: the end of a trial, a note. */
function lineOf(event: StudyEvent, study: Study): string | undefined {
  if (event.type === "note") return `note: ${event.message}`;
  if (event.type === "started" && event.restarted) {
    return `trial ${event.trial.number} is started again: its process died`;
  }
  if (event.type === "cleaned") {
    const { number, files, bytes, why } = event;
    return `trial ${number}: ${counted(files, "file")}, ${formatBytes(bytes)}, removed: ${why}`;
  }
  if (event.type !== "finished") return undefined;
  const { trial, isBest } = event;
  return [
    `trial ${format.trialName(trial)}`,
    format.brief(format.outcome(trial, study)),
    isInfeasible(trial) ? "infeasible" : "",
    format.inline(trial.params),
    trial.device ?? "",
    ...(isBest ? ["best so far"] : []),
    ...(format.adviceOf(trial) ? [`advice: ${format.adviceOf(trial)}`] : []),
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function lines(study: Study): RunProgress {
  const end = study.subscribe((event) => {
    const line = lineOf(event, study);
    if (line !== undefined) print(line);
  });
  return { say: print, end };
}

/** How often the block is looked at, and drawn again though nothing happened: time goes by. */
const TICK_MS = 200;
const REST_MS = 1000;
/** Drawing takes at most one part in so many of the time. */
const DRAWING_PART = 25;

function block(study: Study, { total }: ProgressOptions): RunProgress {
  const unicode = knowsUnicode();
  const importance = importanceWatch(study);
  let known = importance.latest();
  const pace = startPace(study);
  const live = new TerminalBlock(
    (columns) =>
      runningLines(study, {
        columns,
        unicode,
        total,
        timeLeft: pace.timeLeft(total),
        importance: known,
      }),
    { unicode },
  );
  let hasNews = false;
  let drawnAt = performance.now();
  let cost = 0;
  const tick = (): void => {
    const rest = hasNews ? Math.min(REST_MS, DRAWING_PART * cost) : REST_MS;
    if (performance.now() - drawnAt < rest) return;
    hasNews = false;
    known = importance.latest();
    const now = performance.now();
    live.update();
    drawnAt = performance.now();
    cost = drawnAt - now;
  };
  const ticking = setInterval(tick, TICK_MS);
  const unsubscribe = study.subscribe((event) => {
    hasNews = true;
    const line = lineOf(event, study);
    if (line !== undefined) print(line);
  });
  let hasEnded = false;
  return {
    say: print,
    end() {
      if (hasEnded) return;
      hasEnded = true;
      clearInterval(ticking);
      unsubscribe();
      pace.end();
      known = importance.latest();
      live.end();
    },
  };
}
