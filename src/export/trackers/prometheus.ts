import { renameSync, writeFileSync } from "node:fs";
import type { Trial, TrialState } from "../../contracts/trial.ts";
import { metricNamesOf, type TrackedStudy, type Tracker } from "./tracked.ts";

const STATES: readonly TrialState[] = ["waiting", "running", "complete", "pruned", "failed"];

/** A file in Prometheus' text format, as node_exporter's textfile collector reads it; always whole. */
export function prometheusFile(path: string): Tracker {
  let before = "";
  return {
    async update(study) {
      const text = prometheusText(study);
      if (text === before) return 0;
      before = text;
      writeFileSync(`${path}.partial`, text);
      renameSync(`${path}.partial`, path);
      return study.trials().length;
    },
  };
}

/** How many trials are in which state, the best of each metric, and the last report of what runs. */
export function prometheusText(study: TrackedStudy): string {
  const trials = study.trials();
  const names = metricNamesOf(study);
  const labels = { study: study.name };
  return [
    "# HELP hpo_trials Trials of the study by state.",
    "# TYPE hpo_trials gauge",
    ...STATES.map((state) => {
      const count = trials.filter((trial) => trial.state === state).length;
      return sample("hpo_trials", { ...labels, state }, count);
    }),
    "# HELP hpo_best_value The best complete trial's value, of each metric by itself.",
    "# TYPE hpo_best_value gauge",
    ...names.flatMap((metric, at) => {
      const best = bestOf(trials, at, study.directions[at] === "maximize");
      return best === undefined ? [] : [sample("hpo_best_value", { ...labels, metric }, best)];
    }),
    "# HELP hpo_running_report The last report of each running trial.",
    "# TYPE hpo_running_report gauge",
    ...trials.flatMap((trial) => {
      const last = trial.state === "running" ? trial.reports.at(-1) : undefined;
      const own = { ...labels, metric: names[0], trial: String(trial.number) };
      return last ? [sample("hpo_running_report", own, last.value)] : [];
    }),
    "",
  ].join("\n");
}

function bestOf(trials: readonly Trial[], at: number, isMax: boolean): number | undefined {
  const values = trials.flatMap((trial) => (trial.state === "complete" ? [trial.values[at]] : []));
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  return finite.reduce((best, value) => (isMax ? Math.max(best, value) : Math.min(best, value)));
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(",")}} ${numberText(value)}`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const numberText = (value: number): string =>
  value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
