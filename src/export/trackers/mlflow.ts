import { provenanceOf } from "../../contracts/provenance.ts";
import { isFinished, type Trial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { metricNamesOf, curvePointsOf, type TrackedStudy, type Tracker } from "./tracked.ts";

export interface MlflowOptions {
  /** As http://localhost:5000. */
  readonly url: string;
  readonly token?: string;
}

const ENDS = { complete: "FINISHED", pruned: "KILLED", failed: "FAILED" } as const;
/** MLflow's limits: of metrics and of parameters in a batch, and of a parameter's text. */
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
const LONGEST_PARAM = 6000;
/** By this tag a run is known again. */
const KEY = "hpo.key";

interface KnownRun {
  readonly id: string;
  readonly isOver: boolean;
  /** How many points of its curves are there. */
  points: number;
}

/**
 * A study in MLflow over its REST API: an experiment of its name, in it a run for the study and within
 * that a run for each trial. A second export finds its runs by a tag, and adds what is new.
 */
export function mlflow(options: MlflowOptions): Tracker {
  const call = caller(options);
  let known: { readonly experiment: string; readonly runs: Map<string, KnownRun> } | undefined;
  return {
    async update(study) {
      known ??= await knownRuns(call, study.name);
      const { experiment, runs } = known;
      const runOf = async (
        key: string,
        name: string,
        start: number,
        tags: Tags,
      ): Promise<KnownRun> => {
        const found = runs.get(key);
        if (found) return found;
        const all = { [KEY]: key, ...tags };
        const body = {
          experiment_id: experiment,
          run_name: name,
          start_time: start,
          tags: listOf(all),
        };
        const { run } = await call<{ run: { info: { run_id: string } } }>("runs/create", body);
        const made: KnownRun = { id: run.info.run_id, isOver: false, points: 0 };
        runs.set(key, made);
        return made;
      };
      const started = study.trials().filter(({ state }) => state !== "waiting");
      if (started.length === 0) return 0;
      const parent = await runOf(study.name, study.name, startOf(started[0]), {});
      let count = 0;
      for (const trial of started) {
        const key = `${study.name}/${trial.number}`;
        const isNew = !runs.has(key);
        const tags = { "mlflow.parentRunId": parent.id, ...originTags(trial) };
        const run = await runOf(key, `trial ${trial.number}`, startOf(trial), tags);
        if (run.isOver) continue;
        if (isNew) await logParams(call, run, trial);
        const isNews = await logPoints(call, run, trial, study);
        if (isFinished(trial)) await end(call, run, trial, runs, key);
        if (isNew || isNews || isFinished(trial)) count++;
      }
      return count;
    },
  };
}

/** As MLflow's own clients tell it. */
function originTags(trial: Trial): Tags {
  const { host, commit, dirty, versions = {} } = provenanceOf(trial) ?? {};
  return {
    ...(commit !== undefined && { "mlflow.source.git.commit": commit }),
    ...(dirty !== undefined && { "hpo.dirty": String(dirty) }),
    ...(host !== undefined && { "hpo.host": host }),
    ...Object.fromEntries(Object.entries(versions).map(([name, text]) => [`hpo.${name}`, text])),
  };
}

type Tags = Readonly<Record<string, string>>;
type Call = <Answer>(path: string, body: object) => Promise<Answer>;

const listOf = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }));
const startOf = (trial: Trial): number =>
  trial.state === "waiting" ? 0 : (trial.startedAt?.getTime() ?? 0);

/** @throws HpoError with what MLflow said, and its code */
function caller({ url, token }: MlflowOptions): Call {
  const headers = {
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const root = `${url.replace(/\/+$/, "")}/api/2.0/mlflow`;
  return async <Answer>(path: string, body: object): Promise<Answer> => {
    const isRead = path.startsWith("experiments/get");
    const query = isRead
      ? `?${new URLSearchParams(body as Record<string, string>).toString()}`
      : "";
    const init = isRead ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${root}/${path}${query}`, init).catch((error: unknown) => {
      const { cause } = error as { cause?: { message?: string } };
      throw new HpoError(
        `MLflow at ${url} can't be reached: ${cause?.message ?? String(error)}. Start it, or correct --url.`,
      );
    });
    const text = await response.text();
    const answer = parsed(text);
    if (response.ok && answer) return answer as Answer;
    const { error_code: code = "", message = text.slice(0, 200) } = (answer ?? {}) as Refusal;
    throw new MlflowError(`MLflow at ${url}, ${path}: ${response.status} ${code} ${message}`, code);
  };
}

interface Refusal {
  readonly error_code?: string;
  readonly message?: string;
}

class MlflowError extends HpoError {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return undefined;
  }
}

async function knownRuns(call: Call, name: string) {
  const experiment = await experimentOf(call, name);
  const runs = new Map<string, KnownRun>();
  let page: string | undefined;
  do {
    const query = {
      experiment_ids: [experiment],
      max_results: 1000,
      ...(page && { page_token: page }),
    };
    const found = await call<RunsFound>("runs/search", query);
    for (const { info, data } of found.runs ?? []) {
      const tags = new Map(data?.tags?.map(({ key, value }) => [key, value]));
      const key = tags.get(KEY);
      const points = Number(tags.get(`${KEY}.points`) ?? 0);
      if (key !== undefined)
        runs.set(key, { id: info.run_id, isOver: info.status !== "RUNNING", points });
    }
    page = found.next_page_token;
  } while (page);
  return { experiment, runs };
}

interface RunsFound {
  readonly runs?: readonly {
    readonly info: { readonly run_id: string; readonly status: string };
    readonly data?: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
  }[];
  readonly next_page_token?: string;
}

async function experimentOf(call: Call, name: string): Promise<string> {
  try {
    const query = { experiment_name: name };
    const found = await call<{ experiment: { experiment_id: string } }>(
      "experiments/get-by-name",
      query,
    );
    return found.experiment.experiment_id;
  } catch (error) {
    if (!(error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST")) throw error;
    return (await call<{ experiment_id: string }>("experiments/create", { name })).experiment_id;
  }
}

async function logParams(call: Call, { id }: KnownRun, { params }: Trial): Promise<void> {
  const all = Object.entries(params).map(([key, value]) => ({
    key,
    value: String(value).slice(0, LONGEST_PARAM),
  }));
  for (const some of chunks(all, MOST_PARAMS)) {
    await call("runs/log-batch", { run_id: id, params: some, metrics: [], tags: [] });
  }
}

/** The tag that counts them comes after them: a crash between the two gives some again, which MLflow takes. */
async function logPoints(
  call: Call,
  run: KnownRun,
  trial: Trial,
  study: TrackedStudy,
): Promise<boolean> {
  const names = metricNamesOf(study);
  const start = startOf(trial);
  const curves = curvePointsOf(trial, names[0]).map(({ name, step, value }) => ({
    key: name,
    step,
    value: plain(value),
    timestamp: start + step,
  }));
  const results =
    trial.state === "complete"
      ? trial.values.map((value, at) => ({
          key: `result/${names[at]}`,
          step: 0,
          value: plain(value),
          timestamp: trial.completedAt?.getTime() ?? start,
        }))
      : [];
  const news = [...curves, ...results].slice(run.points);
  for (const some of chunks(news, MOST_METRICS)) {
    run.points += some.length;
    const tags = listOf({ [`${KEY}.points`]: String(run.points) });
    await call("runs/log-batch", { run_id: run.id, metrics: some, params: [], tags });
  }
  return news.length > 0;
}

/** JSON has no word for these. */
const plain = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

async function end(
  call: Call,
  run: KnownRun,
  trial: Trial,
  runs: Map<string, KnownRun>,
  key: string,
): Promise<void> {
  if (!isFinished(trial)) return;
  const endTime = Math.max(trial.completedAt?.getTime() ?? 0, startOf(trial));
  await call("runs/update", { run_id: run.id, status: ENDS[trial.state], end_time: endTime });
  runs.set(key, { ...run, isOver: true });
}

function chunks<Item>(all: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
}
