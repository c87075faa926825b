import type { Storage, TrialChange } from "../../contracts/storage.ts";
import type { Report } from "../../contracts/trial.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import type { Distribution, Scalar } from "../../space/distribution.ts";
import { put } from "../../space/put.ts";

/**
 * Writes running trials' news in the background, in order, what gathers meanwhile as one write.
 * An error waits for `settle`.
 */
export class TrialWriter {
  readonly #storage: Storage;
  readonly #queued = new Map<number, TrialChange[]>();
  readonly #writing = new Map<number, Promise<void>>();
  readonly #errors = new Map<number, unknown>();
  readonly #held = new Map<number, Held | undefined>();
  readonly #refused: () => void;

  /** @param refused called where a trial was ended or taken over by another process */
  constructor(storage: Storage, refused: () => void) {
    this.#storage = storage;
    this.#refused = refused;
  }

  /** What is written of a trial from now on; with `held`, until another process takes it over. */
  begin(trialId: number, held: Held | undefined): void {
    // Of an earlier attempt nothing more is written.
    this.#queued.delete(trialId);
    this.#held.set(trialId, held);
  }

  /** Nothing more is written of the trial. */
  drop(trialId: number): void {
    this.#held.delete(trialId);
    this.#queued.delete(trialId);
  }

  write(trialId: number, change: TrialChange): void {
    if (!this.#held.has(trialId)) return;
    const queued = this.#queued.get(trialId);
    if (queued) queued.push(change);
    else this.#queued.set(trialId, [change]);
    if (!this.#writing.has(trialId)) this.#writing.set(trialId, this.#drain(trialId));
  }

  async #drain(trialId: number): Promise<void> {
    // Lets an objective's burst of calls gather.
    await Promise.resolve();
    try {
      for (;;) {
        const changes = this.#queued.get(trialId);
        if (!changes) return;
        this.#queued.delete(trialId);
        await this.#put(trialId, mergeAll(changes));
      }
    } catch (error) {
      this.#errors.set(trialId, error);
    } finally {
      this.#writing.delete(trialId);
    }
  }

  async #put(trialId: number, change: TrialChange): Promise<void> {
    const held = this.#held.get(trialId);
    if (!(await this.#storage.updateTrial(trialId, change, held))) this.#refused();
  }

  /** All that was given to `write` is kept. @throws what kept it from being so */
  async written(trialId: number): Promise<void> {
    await this.#writing.get(trialId);
    const error = this.#errors.get(trialId);
    if (error !== undefined) throw error as Error;
  }

  /** What is not yet being written of a trial, to be written with its end; waits for the rest. */
  async settle(trialId: number): Promise<TrialChange> {
    const rest = mergeAll(this.#queued.get(trialId) ?? []);
    this.#queued.delete(trialId);
    const writing = this.#writing.get(trialId);
    if (writing) await writing;
    const error = this.#errors.get(trialId);
    this.#errors.delete(trialId);
    if (error !== undefined) throw error as Error;
    if (!rest.clearReports) return rest;
    // An end can't clear.
    await this.#put(trialId, rest);
    return NOTHING;
  }
}

const NOTHING: TrialChange = Object.freeze({});

/** One change after the other, as one. */
export function mergeAll(changes: readonly TrialChange[]): TrialChange {
  if (changes.length === 0) return NOTHING;
  if (changes.length === 1) return changes[0];
  const cleared = changes.findLastIndex((change) => change.clearReports);
  const params: Record<string, Scalar> = {};
  const distributions: Record<string, Distribution> = {};
  const reports: Report[] = [];
  const [user, system]: Record<string, unknown>[] = [{}, {}];
  // In one pass that copies what is there: most changes are a single report, of thousands.
  changes.forEach((change, index) => {
    putAll(params, change.params);
    putAll(distributions, change.distributions);
    if (change.reports && index >= cleared) for (const one of change.reports) reports.push(one);
    putAll(user, change.attributes?.user);
    putAll(system, change.attributes?.system);
  });
  const attributes = { user, system };
  return {
    params,
    distributions,
    reports,
    attributes,
    ...(cleared >= 0 && { clearReports: true }),
  };
}

function putAll<Value>(into: Record<string, Value>, from?: Readonly<Record<string, Value>>): void {
  if (from) for (const name of Object.keys(from)) put(into, name, from[name]);
}
