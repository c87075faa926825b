import { mustBe, requireInteger, requireWithin } from "../../errors/checks.ts";

/**
 * What to multiply the learning rate by at a step, counted from 0: a pure function of the step, so
 * that a resumed run goes on exactly where it was. 1 is the learning rate itself (for one-cycle and
 * with warm-up, its peak). `optimizer.learningRate = 0.1 * schedule(step)`, or `atRate(0.1, schedule)`
 * where a function from the step to the rate is asked for.
 */
export type Schedule = (step: number) => number;

/** The learning rate itself as a function of the step. */
export const atRate =
  (learningRate: number, schedule: Schedule): ((step: number) => number) =>
  (step) =>
    learningRate * schedule(step);

/** @throws HpoError unless the value is a number for which the test holds. */
export function check(
  name: string,
  value: number,
  description: string,
  holds: (value: number) => boolean,
): void {
  if (!(Number.isFinite(value) && holds(value))) {
    throw mustBe(`Schedule: ${name}`, value, description);
  }
}

export const checkSteps = (name: string, value: number, least = 1): void =>
  requireInteger(`Schedule: ${name}`, value, least);

export const checkShare = (name: string, value: number): void =>
  requireWithin(`Schedule: ${name}`, value, 0, 1);

/** From `start` to `end` along half a cosine, `progress` from 0 to 1. */
export const halfCosine = (start: number, end: number, progress: number): number =>
  end + ((start - end) * (1 + Math.cos(Math.PI * progress))) / 2;

/** From `start` to `end` in a line. */
export const line = (start: number, end: number, progress: number): number =>
  start + (end - start) * progress;
