import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { isFinished } from "../../contracts/trial.ts";
import { trialToJson } from "../trial-json.ts";
import type { Tracker } from "./tracked.ts";

/** A line of JSON for each trial that ended, in a file; those that stand in it already are left. */
export function jsonLinesFile(path: string): Tracker {
  const there = new Set(existsSync(path) ? numbersIn(readFileSync(path, "utf8")) : []);
  return {
    async update(study) {
      const news = study.trials().filter((trial) => isFinished(trial) && !there.has(trial.number));
      for (const trial of news) {
        there.add(trial.number);
        appendFileSync(path, `${JSON.stringify(trialToJson(trial))}\n`);
      }
      return news.length;
    },
  };
}

const numbersIn = (text: string): number[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => (JSON.parse(line) as { readonly number: number }).number);
