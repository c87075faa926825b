import { setTimeout as sleep } from "node:timers/promises";
import type { CompleteTrial } from "../../contracts/trial.ts";
import { trialToJson } from "../../export/trial-json.ts";
import type { StudyState } from "../study-state.ts";
import { deliver } from "./deliver.ts";
import type { NoticeKind, Notified } from "./notify-options.ts";

/** Sends notices of a running study. The study never waits for a receiver, except in `close`. */
export interface Notifier {
  /** The study stopped as it has enough. */
  ended(reason: string): void;
  /** The study stopped for errors. */
  failed(message: string): void;
  /** Waits for the notices that are still to be sent, at most `LAST_MS`. */
  close(): Promise<void>;
}

/** How long the end of a study waits for its last notice. */
const LAST_MS = 12_000;
const NOBODY: Notifier = {
  ended: () => undefined,
  failed: () => undefined,
  close: async () => undefined,
};

/** A notice that is still to be sent. */
interface Notice {
  readonly event: NoticeKind;
  readonly at: Date;
  readonly reason?: string;
  readonly trial?: number;
}

/** Sends one notice at a time; of waiting "best" notices only the last. A failure is noted once. */
export function notifier(state: StudyState, notified: Notified | undefined): Notifier {
  if (!notified) return NOBODY;
  const { receiver, on } = notified;
  const waiting: Notice[] = [];
  let sending: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (next.event === "best" && !(await isBest(state, next.trial!))) continue;
      const problem = await deliver(receiver, JSON.stringify(noticeJson(state, next)));
      // The hub shows the same note only once.
      if (problem !== undefined) {
        state.hub.note(
          `notify: ${receiver.shown} did not take a notice: ${problem}. The study goes on.`,
        );
      }
    }
    sending = undefined;
  };
  const push = (event: NoticeKind, more: Pick<Notice, "reason" | "trial">): void => {
    if (!on.includes(event)) return;
    const before = waiting.findIndex((each) => each.event === "best");
    if (event === "best" && before >= 0) waiting.splice(before, 1);
    waiting.push({ event, at: new Date(), ...more });
    sending ??= drain();
  };
  const unsubscribe = state.hub.subscribe((event) => {
    if (event.type === "finished" && event.isBest) push("best", { trial: event.trial.number });
  });
  return {
    ended: (reason) => push("end", { reason }),
    failed: (reason) => push("error", { reason }),
    close: async () => {
      unsubscribe();
      if (!sending) return;
      const timer = new AbortController();
      const late = sleep(LAST_MS, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([sending, late]);
      timer.abort();
    },
  };
}

/** Whether the trial is still the best: other processes may have found a better one. */
async function isBest(state: StudyState, trial: number): Promise<boolean> {
  // If the storage can't be read, this process's own knowledge decides.
  if (state.isShared) await state.refresh().catch(() => undefined);
  return state.history.front.some(({ number }) => number === trial);
}

function noticeJson(state: StudyState, { event, at, ...more }: Notice): object {
  const { record, history, parts } = state;
  const { finished, running, waiting, front } = history;
  const count = (wanted: string): number => finished.filter(({ state }) => state === wanted).length;
  return {
    event,
    study: record.name,
    at: at.toISOString(),
    metrics: parts.metricNames ?? null,
    directions: record.directions,
    trials: {
      complete: count("complete"),
      pruned: count("pruned"),
      failed: count("failed"),
      running: running.length,
      waiting: waiting.length,
    },
    best: front.map(bestToJson),
    ...more,
  };
}

function bestToJson(trial: CompleteTrial): object {
  const { number, values, params } = trialToJson(trial);
  return { number, values, params };
}
