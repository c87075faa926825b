/**
 * The system attributes that this library keeps with studies and trials, where Optuna's schema has
 * no column: every name is here. Those without `hpo:` are Optuna's own.
 */
export const ATTRIBUTE = {
  // Of a study.

  /** What suggestions were made from, over its life: see StudyVersion. */
  versions: "hpo:versions",
  /**
   * Where its trials keep their files: folders, the one for new trials first, relative to the
   * database's. A study that was given another folder has several.
   */
  folders: "hpo:folders",
  /** Tells it apart from others of its name, where machines keep files of its trials. */
  key: "hpo:key",
  /** The study file that the command line ran it from, and the flags over what that file says. */
  source: "hpo:source",
  /** How many of its trials have finished. */
  finishCount: "hpo:finishCount",
  /** Which finished trials the search leaves out: every change of it, in order. */
  exclusions: "hpo:exclusions",
  /** Why it stopped last: `{ reason, trials }`. */
  stopped: "hpo:stopped",
  /** The names of its metrics. */
  metricNames: "study:metric_names",

  /** Who may work on it through a coordinator: hashes of tokens. */
  tokens: "hpo:tokens",
  /** Who runs trials of it now, or waits for one; the id of each process follows the name. */
  worker: "hpo:worker:",

  // Of a trial, from its start.

  /** What its suggestion had seen, and under which version: makes it replayable. */
  asked: "hpo:asked",
  /** What led to its suggestion, for people to read. */
  why: "hpo:why",
  /** The process that runs it; null where that process handed it back. */
  runner: "hpo:runner",
  /** Who holds it while it runs. */
  lease: "hpo:lease",
  /** Where it runs from: commit, packages, host, versions. See Provenance. */
  provenance: "hpo:provenance",
  /** How often it was started again. */
  attempts: "hpo:attempts",
  /** When a trial that was asked from outside counts as lost (ISO 8601). */
  expires: "hpo:expires",
  /** The number of the trial whose training it goes on with. */
  continueFrom: "hpo:continueFrom",
  /** The step at which it pauses. */
  maxStep: "hpo:maxStep",
  /** The fixed parameters of an enqueued one. */
  fixedParams: "fixed_params",
  /** The number of the trial that it is a copy of. */
  failedTrial: "failed_trial",
  /** The numbers of all trials that it is a copy of. */
  retryHistory: "retry_history",

  // Of a trial, as it runs and at its end.

  /** The device that it ran on. */
  device: "hpo:device",
  /** How often it began again after a failure of the machine. */
  retries: "hpo:retries",
  /** What the pruner warned of first, `{ step, text }`. */
  warning: "hpo:warning",
  /** Why the pruner stopped it, `{ step, text }`. */
  whyPruned: "hpo:whyPruned",
  /** What it logged beside its metric, by name: `[step, value]` in order. */
  curves: "hpo:curves",
  /** The end of what it printed. */
  output: "hpo:output",
  /** ≤ 0 is feasible. */
  constraints: "constraints",
  /** Why it failed: the kind, with what is known of it. */
  failure: "hpo:failure",
  /** Files that stayed on its worker's machine: how many, bytes, host, why. */
  stayed: "hpo:stayed",
  /** 0, 1, 2, … in the study's order of finishing. */
  finishIndex: "hpo:finishIndex",
} as const;
