import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { StudyEvent } from "../../study/events.ts";
import type { Study } from "../../study/study.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import * as format from "../format.ts";
import { print, warn } from "../output.ts";
import { fitted } from "../table.ts";
import { visible, visibleLine } from "../visible.ts";

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

/** At a terminal a bar with the best so far and the time left; in a pipe a line per trial. */
export function showProgress(study: Study, options: ProgressOptions): RunProgress {
  if (options.isQuiet) return { say: warn, end: () => undefined };
  print(beginning(study, options));
  return process.stdout.isTTY === true ? bar(study, options) : lines(study);
}

/** Said before anything takes time. */
function beginning(study: Study, { total, workers }: ProgressOptions): string {
  const there = study.trials().length;
  const all = total === undefined ? "trials without end" : `${total} trials in all`;
  return [
    `Study "${study.name}": ${all}`,
    ...(there > 0 ? [`${there} of them there`] : []),
    workers === 1 ? "one at a time" : `${workers} at once`,
  ].join(", ");
}

/** What is worth a line: the end of a trial, a note. */
function lineOf(event: StudyEvent, study: Study): string | undefined {
  if (event.type === "note") return `note: ${event.message}`;
  if (event.type === "started" && event.restarted) {
    return `trial ${event.trial.number} is started again: its process died`;
  }
  if (event.type !== "finished") return undefined;
  const { trial, isBest } = event;
  return [
    `trial ${format.trialName(trial)}`,
    format.brief(format.outcome(trial, study.metricNames)),
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

const BAR_SIZE = 16;

function bar(study: Study, { total, workers }: ProgressOptions): RunProgress {
  const multi = new MultiBar(
    {
      format: (options, { progress }, { state }: { state: string }) => {
        const full = Math.round(progress * BAR_SIZE);
        const drawn = [
          options.barCompleteString!.slice(0, full),
          options.barIncompleteString!.slice(0, BAR_SIZE - full),
        ].join("");
        const line = visibleLine(total === undefined ? ` ${state}` : ` ${drawn} ${state}`);
        // A bar of two lines could not be drawn over, and a terminal that cuts lines cuts messages too.
        return fitted(line, (process.stdout.columns || 80) - 1);
      },
      barsize: BAR_SIZE,
      hideCursor: true,
      linewrap: true,
      forceRedraw: true,
      clearOnComplete: true,
      // Ctrl-C is the study's to handle.
      gracefulExit: false,
    },
    Presets.rect,
  );
  const clock = startClock(workers);
  const single: SingleBar = multi.create(total ?? 1, done(study), payload(study, clock, total));
  const draw = (): void =>
    single.update(Math.min(done(study), total ?? 1), payload(study, clock, total));
  const ticking = setInterval(draw, 500);
  let hasEnded = false;
  multi.update();
  const say = (message: string): void => {
    multi.log(`${visible(message)}\n`);
    draw();
  };
  const unsubscribe = study.subscribe((event) => {
    if (event.type === "finished") clock.finished++;
    const isNews = event.type === "note" || (event.type === "finished" && isWorthALine(event));
    const line = isNews ? lineOf(event, study) : undefined;
    if (line !== undefined) say(line);
    else draw();
  });
  return {
    say,
    end() {
      if (hasEnded) return;
      hasEnded = true;
      clearInterval(ticking);
      unsubscribe();
      // What was said last is still to be written.
      multi.update();
      multi.stop();
    },
  };
}

const isWorthALine = ({ trial, isBest }: { trial: FinishedTrial; isBest: boolean }): boolean =>
  isBest || trial.state === "failed";

interface Clock {
  readonly startedAt: number;
  readonly workers: number;
  finished: number;
}

const startClock = (workers: number): Clock => ({
  startedAt: performance.now(),
  workers,
  finished: 0,
});

const done = ({ counts }: Study): number => counts.complete + counts.pruned + counts.failed;

function payload(study: Study, clock: Clock, total: number | undefined): Record<string, string> {
  const { running, failed, pruned } = study.counts;
  const best = study.directions.length === 1 ? study.bestTrials[0] : undefined;
  const count = done(study);
  const parts = [
    total === undefined ? `${count} trials` : `${count}/${total}`,
    `${running} running`,
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...timeLeft(study, clock, total),
    ...(best ? [`best ${format.number(best.values[0])} ${format.inline(best.params)}`] : []),
  ];
  return { state: parts.join(" · ") };
}

/** From this run's pace; nothing before its first trial has ended. */
function timeLeft(study: Study, clock: Clock, total: number | undefined): string[] {
  if (total === undefined || clock.finished === 0) return [];
  const perTrial = (performance.now() - clock.startedAt) / clock.finished;
  const left = Math.max(0, total - done(study));
  return [`${format.seconds(perTrial * left)} left`];
}
