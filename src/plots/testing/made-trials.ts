import type { Direction, Failure, Trial } from "../../contracts/trial.ts";
import { float } from "../../space/parameter.ts";
import { searchSpace, type SearchSpace } from "../../space/search-space.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

/** Trials in few words, for tests. */

type More = Partial<Omit<Trial, "state">> & Record<string, unknown>;

const base = { params: {}, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} };

const trial = (number: number, rest: object): Trial =>
  ({ ...base, number, ...rest }) as unknown as Trial;

export const completed = (number: number, value: number | readonly number[], more: More = {}) =>
  trial(number, { state: "complete", values: [value].flat(), ...more });

export const prunedEarly = (number: number, value?: number, more: More = {}) =>
  trial(number, { state: "pruned", values: value === undefined ? [] : [value], ...more });

export const failedBy = (number: number, reason: Failure["reason"], more: More = {}) =>
  trial(number, { state: "failed", failure: { reason, message: "" }, ...more });

export const stillRunning = (number: number, more: More = {}) =>
  trial(number, { state: "running", ...more });

/** Values at the steps 1, 2, … */
export const reports = (...values: readonly number[]) =>
  values.map((value, i) => ({ step: i + 1, value }));

export const studyOf = (
  trials: readonly Trial[],
  {
    directions = ["minimize"],
    space = searchSpace({ x: float(0, 1) }),
    name = "made",
  }: { directions?: readonly Direction[]; space?: SearchSpace; name?: string } = {},
): PlottedStudy => ({ name, directions, space, trials });
