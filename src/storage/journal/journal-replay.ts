import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { NewStudy, NewTrial } from "../../contracts/storage.ts";
import type { Direction, TrialState } from "../../contracts/trial.ts";
import type { Distribution } from "../../space/distribution.ts";
import { put } from "../../space/put.ts";
import type { Params } from "../../space/search-space.ts";
import { distributionReader } from "../sql/distribution-reader.ts";

/** One line of Optuna's journal. */
export type JournalEntry = Readonly<Record<string, unknown>> & { readonly op_code: number };

/** A study as its journal left it, trials by number. */
export interface JournalStudy extends NewStudy {
  readonly trials: readonly NewTrial[];
}

// The numbers of optuna.storages.journal.JournalOperation, optuna.trial.TrialState and
// optuna.study.StudyDirection.
const ON_STUDIES = ["create", "delete", "setUserAttr", "setSystemAttr", "createTrial"] as const;
const ON_TRIALS = ["setParam", "setState", "report", "setUserAttr", "setSystemAttr"] as const;
const STATES: readonly TrialState[] = ["running", "complete", "pruned", "failed", "waiting"];
const DIRECTIONS: readonly (Direction | undefined)[] = [undefined, "minimize", "maximize"];

interface StudyDraft {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs: Record<string, unknown>;
  readonly systemAttrs: Record<string, unknown>;
  readonly trials: TrialDraft[];
  finished: number;
}
interface TrialDraft {
  readonly study: StudyDraft;
  readonly number: number;
  state: TrialState;
  values?: readonly number[];
  startedAt?: Date;
  completedAt?: Date;
  readonly params: Record<string, Params[string]>;
  readonly distributions: Record<string, Distribution>;
  readonly reports: Map<number, number>;
  readonly userAttrs: Record<string, unknown>;
  readonly systemAttrs: Record<string, unknown>;
}

/** Applies a journal's entries one by one, as Optuna does. */
export class JournalReplay {
  readonly #distributionOf: ReturnType<typeof distributionReader>;
  /** Index is the study's id; a deleted study leaves undefined, so that later ids stay right. */
  readonly #studies: (StudyDraft | undefined)[] = [];
  readonly #trials: TrialDraft[] = [];

  constructor(url: string) {
    this.#distributionOf = distributionReader(url);
  }

  /** Applies an entry. Operations of a later Optuna are skipped, as Optuna skips unknown ones. */
  apply(entry: JournalEntry): void {
    const { op_code: code } = entry;
    const onStudy = ON_STUDIES[code] as (typeof ON_STUDIES)[number] | undefined;
    const onTrial = ON_TRIALS[code - ON_STUDIES.length] as (typeof ON_TRIALS)[number] | undefined;
    if (onStudy) this.#applyToStudy(onStudy, entry);
    else if (onTrial) this.#applyToTrial(onTrial, entry);
  }

  #applyToStudy(operation: (typeof ON_STUDIES)[number], entry: JournalEntry): void {
    if (operation === "create") return this.#createStudy(entry);
    const id = entry["study_id"] as number;
    const study = this.#studies[id];
    if (!study) return;
    switch (operation) {
      case "delete":
        this.#studies[id] = undefined;
        return;
      case "setUserAttr":
        return addAll(study.userAttrs, entry["user_attr"]);
      case "setSystemAttr":
        return addAll(study.systemAttrs, entry["system_attr"]);
      case "createTrial":
        return this.#createTrial(study, entry);
    }
  }

  /** The studies that were not deleted, in the order of their creation. */
  get studies(): readonly JournalStudy[] {
    return this.#studies.flatMap((study) => (study ? [recordOf(study)] : []));
  }

  #createStudy(entry: JournalEntry): void {
    const name = String(entry["study_name"]);
    if (this.#studies.some((study) => study?.name === name)) return;
    const directions = (entry["directions"] as number[]).map((each) => DIRECTIONS[each]);
    this.#studies.push({
      name,
      directions: directions.every((each) => each !== undefined) ? directions : [],
      userAttrs: {},
      systemAttrs: {},
      trials: [],
      finished: 0,
    });
  }

  #createTrial(study: StudyDraft, entry: JournalEntry): void {
    const trial: TrialDraft = {
      study,
      number: study.trials.length,
      state: STATES[(entry["state"] as number | undefined) ?? 0],
      params: {},
      distributions: {},
      reports: new Map(),
      userAttrs: {},
      systemAttrs: {},
    };
    this.#trials.push(trial);
    study.trials.push(trial);
    const params = (entry["params"] ?? {}) as Record<string, number>;
    for (const [name, json] of Object.entries(entry["distributions"] ?? {})) {
      this.#setParam(trial, name, params[name], String(json));
    }
    const reports = (entry["intermediate_values"] ?? {}) as Record<string, number>;
    for (const [step, value] of Object.entries(reports)) trial.reports.set(Number(step), value);
    addAll(trial.userAttrs, entry["user_attrs"]);
    addAll(trial.systemAttrs, entry["system_attrs"]);
    trial.values = valuesOf(entry);
    trial.startedAt = dateOf(entry["datetime_start"]);
    trial.completedAt = dateOf(entry["datetime_complete"]);
    if (isFinal(trial)) giveIndex(trial);
  }

  #applyToTrial(operation: (typeof ON_TRIALS)[number], entry: JournalEntry): void {
    const trial = this.#trials[entry["trial_id"] as number] as TrialDraft | undefined;
    // A finished trial never changes: where several workers ended it, the first one counts.
    if (!trial || isFinal(trial)) return;
    switch (operation) {
      case "setParam": {
        const { param_name: name, param_value_internal: value, distribution } = entry;
        return this.#setParam(trial, String(name), Number(value), String(distribution));
      }
      case "setState":
        return setState(trial, entry);
      case "report":
        trial.reports.set(Number(entry["step"]), Number(entry["intermediate_value"]));
        return;
      case "setUserAttr":
        return addAll(trial.userAttrs, entry["user_attr"]);
      case "setSystemAttr":
        return addAll(trial.systemAttrs, entry["system_attr"]);
    }
  }

  #setParam(trial: TrialDraft, name: string, value: number, json: string): void {
    const distribution = this.#distributionOf(json, name, trial.number);
    put(trial.distributions, name, distribution);
    const isIndex = distribution.kind === "categorical";
    put(trial.params, name, isIndex ? distribution.choices[value] : value);
  }
}

function setState(trial: TrialDraft, entry: JournalEntry): void {
  const state = STATES[entry["state"] as number];
  if (state === "running" && trial.state === "running") return;
  trial.state = state;
  if (state === "running") trial.startedAt = dateOf(entry["datetime_start"]);
  trial.values = valuesOf(entry) ?? trial.values;
  if (!isFinal(trial)) return;
  trial.completedAt = dateOf(entry["datetime_complete"]);
  giveIndex(trial);
}

const isFinal = ({ state }: TrialDraft): boolean => state !== "running" && state !== "waiting";

/** Gives a trial its finish index: trials finish in the order of the journal's entries. */
function giveIndex({ study, systemAttrs }: TrialDraft): void {
  systemAttrs[ATTRIBUTE.finishIndex] = study.finished++;
}

function addAll(to: Record<string, unknown>, added: unknown): void {
  for (const [name, value] of Object.entries(added ?? {})) put(to, name, value);
}

function valuesOf({ values, value }: JournalEntry): readonly number[] | undefined {
  if (Array.isArray(values)) return values as number[];
  return typeof value === "number" ? [value] : undefined;
}

/** Parses a time. Optuna before 3.2 wrote it without a time zone, in local time. */
const dateOf = (text: unknown): Date | undefined =>
  typeof text === "string" ? new Date(text) : undefined;

function recordOf({ name, directions, userAttrs, systemAttrs, trials }: StudyDraft): JournalStudy {
  return { name, directions, userAttrs, systemAttrs, trials: trials.map(trialOf) };
}

function trialOf(draft: TrialDraft): NewTrial {
  const { state, params, distributions, userAttrs, systemAttrs } = draft;
  const { values, startedAt, completedAt } = draft;
  const fixed = state === "waiting" ? (systemAttrs[ATTRIBUTE.fixedParams] as Params) : undefined;
  const reports = [...draft.reports].map(([step, value]) => ({ step, value }));
  return {
    ...{ state, userAttrs, systemAttrs, distributions },
    params: { ...params, ...fixed },
    reports: reports.sort((a, b) => a.step - b.step),
    ...(values && { values }),
    ...(startedAt && { startedAt }),
    ...(completedAt && { completedAt }),
  };
}
