import type { Storage, StudyRecord } from "../contracts/storage.ts";
import type { SignOfLife } from "../contracts/trial-lease.ts";
import { HpoError, StorageError } from "../errors/errors.ts";
import { fromJson, toJson } from "../storage/json.ts";
import { summaryFromWire, trialFromWire, type TrialsWire } from "./record-json.ts";
import type { Present } from "./heard-workers.ts";
import { PRESENT_CALL } from "./read-calls.ts";
import type { SteerCall } from "./steer-call.ts";
import { tokenOfEnvironment } from "./tokens/tokens.ts";
import { workerHeaders } from "./work-protocol.ts";

/** A coordinator as a storage of studies that can be read, not written. */
export interface HttpStorage extends Storage {
  /** Cancels, ends or excludes trials of a study there, with a token of scope admin. */
  steer(study: string, call: SteerCall): Promise<void>;
  /** The workers that the coordinator has heard, those included that never had a trial. */
  present(study: string): Promise<Present>;
}

/** How many workers are asked for at once: the length of a URL is limited. */
const IDS_AT_ONCE = 200;
/** The members of a storage that write, all of which are refused. */
const WRITES = [
  ...["createStudy", "renameStudy", "deleteStudy", "setStudyAttributes", "inTurn"],
  ...["createTrials", "updateTrial", "finishTrial", "indexFinished", "beat"],
] as const satisfies readonly (keyof Storage)[];

/** @param place `https://head:8443`, or with a proxy's path */
export function httpStorage(place: string, token = tokenOfEnvironment()): HttpStorage {
  const url = place.replace(/\/$/, "");
  const headers = workerHeaders(token);
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/studies${path}`, {
      headers,
      ...(body !== undefined && { method: "POST", body: toJson(body, "a message") }),
    }).catch((error: Error) => {
      const { message } = (error.cause ?? error) as Error;
      throw new StorageError(`${url} can't be reached: ${message}. See that hpo study serve runs.`);
    });
    const text = await answer.text();
    if (answer.ok) return fromJson(text);
    throw new HpoError(`${url}: ${toldBy(text) ?? `status ${answer.status}`}`);
  };
  const names = new Map<number, string>();
  const of = async (id: number, path: string, query: Record<string, string> = {}) =>
    call(`/${encodeURIComponent(names.get(id)!)}/${path}?${new URLSearchParams(query).toString()}`);
  const known = <Record extends StudyRecord>(record: Record): Record => {
    names.set(record.id, record.name);
    return record;
  };
  const refuse = (): Promise<never> =>
    Promise.reject(
      new StorageError(
        `${url} serves studies to be looked at and worked on. Change them where they are kept, by that --storage.`,
      ),
    );
  const writes = Object.fromEntries(WRITES.map((name) => [name, refuse])) as unknown as Pick<
    Storage,
    (typeof WRITES)[number]
  >;
  return {
    ...writes,
    url,
    listStudies: async () =>
      ((await call("")) as readonly unknown[]).map((each) => known(summaryFromWire(each))),
    findStudy: async (name) =>
      known((await call(`/${encodeURIComponent(name)}/study`)) as StudyRecord),
    readTrials: async (id, cursor, detail) => {
      const from = Number(cursor?.["from"] ?? 0);
      const query = { from: String(from), ...(detail && { detail }) };
      const { trials: wire, steering } = (await of(id, "trials", query)) as TrialsWire;
      const trials = wire.map(trialFromWire);
      // Trials before the first unfinished one never change.
      const open = trials.find(({ state }) => state === "running" || state === "waiting");
      const next = open?.number ?? (trials.at(-1)?.number ?? from - 1) + 1;
      return { trials, ...(steering && { steering }), cursor: { from: next } };
    },
    readNumbered: async (id, numbers) =>
      ((await of(id, "numbered", { numbers: numbers.join() })) as readonly unknown[]).map(
        trialFromWire,
      ),
    readSigns: async (workers) => {
      const [id] = names.keys();
      const signs = new Map<string, SignOfLife>();
      for (let from = 0; from < workers.length; from += IDS_AT_ONCE) {
        const asked = { workers: workers.slice(from, from + IDS_AT_ONCE).join() };
        const told = (await of(id, "signs", asked)) as readonly (readonly [string, SignOfLife])[];
        for (const [worker, sign] of told) signs.set(worker, sign);
      }
      return signs;
    },
    close: async () => undefined,
    present: async (study) =>
      (await call(`/${encodeURIComponent(study)}/${PRESENT_CALL}`)) as Present,
    steer: async (study, steered) =>
      void (await call(`/${encodeURIComponent(study)}/steer`, steered)),
  };
}

function toldBy(text: string): string | undefined {
  try {
    const { error } = fromJson(text) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    // It is not JSON: a proxy answered.
    return undefined;
  }
}
