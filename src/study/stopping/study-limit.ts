import type { CompleteTrial, Direction, FinishedTrial } from "../../contracts/trial.ts";
import type { SearchSpace } from "../../space/search-space.ts";
import { mustBe } from "../../errors/checks.ts";
import type { StopRule } from "./stop-rules.ts";
import { counted } from "../../errors/counted.ts";

/** What the limits of a study are judged by. */
export interface LimitedStudy {
  readonly directions: readonly Direction[];
  readonly space: SearchSpace;
  /** In the order in which they finished. */
  readonly finished: readonly FinishedTrial[];
  readonly bestTrials: readonly CompleteTrial[];
  /** How many trials of the study's total are taken. */
  readonly occupied: number;
}

export interface StudyLimits {
  readonly total?: number;
  readonly timeoutMs?: number;
  readonly until?: StopRule | readonly StopRule[];
}

/** @returns a function that says why no more trials are started; undefined while they are */
export function studyLimit(
  study: LimitedStudy,
  { total, timeoutMs = Infinity, until }: StudyLimits,
): () => string | undefined {
  const rules = [until ?? []].flat();
  const endsAt = performance.now() + timeoutMs;
  return () => {
    if (total !== undefined && study.occupied >= total) {
      return `the study has its ${counted(total, "trial")}`;
    }
    if (performance.now() >= endsAt) return `the time of ${timeoutMs} ms is up`;
    const { directions, finished, space } = study;
    const best = directions.length === 1 ? study.bestTrials[0] : undefined;
    for (const rule of rules) {
      const reason = reasonOf(rule({ directions, finished, space, best }));
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** Checks what a stop rule returned. @throws HpoError unless it is a reason or undefined */
function reasonOf(given: unknown): string | undefined {
  if (given === undefined || (typeof given === "string" && given !== "")) return given;
  throw mustBe(
    "until: what a stop rule gives",
    given,
    "the reason to stop as a text, or undefined to go on",
    "A rule can't wait: it gives its answer at once.",
  );
}
