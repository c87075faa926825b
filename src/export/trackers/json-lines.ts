import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { isFinished, type Curves, type Trial } from "../../contracts/trial.ts";
import { numberToJson, trialToJson } from "../trial-json.ts";
import type { TrackedStudy, Tracker } from "./tracked.ts";

/** A line of JSON for each trial that ended, in a file; those that stand in it already are left. */
export function jsonLinesFile(path: string): Tracker {
  const there = new Set(existsSync(path) ? numbersIn(readFileSync(path, "utf8")) : []);
  return {
    async update(study) {
      const news = study.trials().filter((trial) => isFinished(trial) && !there.has(trial.number));
      for (const trial of news) {
        there.add(trial.number);
        appendFileSync(path, `${JSON.stringify(lineOf(trial, study))}\n`);
      }
      return news.length;
    },
  };
}

/** As `hpo study trials --json`, with what was logged beside the reports, and what the values are of. */
function lineOf(trial: Trial, { metricNames }: TrackedStudy): object {
  const curves = trial.systemAttrs[ATTRIBUTE.curves] as Curves | undefined;
  const points = Object.entries(curves ?? {}).map(
    ([name, all]) => [name, all.map(([step, value]) => [step, numberToJson(value)])] as const,
  );
  return {
    ...trialToJson(trial),
    ...(points.length > 0 && { curves: Object.fromEntries(points) }),
    ...(metricNames && { metricNames }),
  };
}

const numbersIn = (text: string): number[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => (JSON.parse(line) as { readonly number: number }).number);
