import type { Storage, TrialChange } from "../../contracts/storage.ts";
import type { Report } from "../../contracts/trial.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import type { Distribution, Scalar } from "../../space/distribution.ts";
import { put } from "../../space/put.ts";

/**
 * Writes changes of running trials in the background, in order; changes that gather during a write
 * are merged into the next one. An error is thrown by `settle`.
 */
export class TrialWriter {
  readonly #storage: Storage;
  readonly #queued = new Map<number, TrialChange[]>();
  readonly #writing = new Map<number, Promise<void>>();
  readonly #errors = new Map<number, unknown>();
  readonly #held = new Map<number, Held | undefined>();
  readonly #refused: () => void;

  /** @param refused called when another process has ended a trial or taken it over */
  constructor(storage: Storage, refused: () => void) {
    this.#storage = storage;
    this.#refused = refused;
  }

  /** Starts to write a trial's changes; with `held`, until another process takes it over. */
  begin(trialId: number, held: Held | undefined): void {
    // Changes of an earlier attempt are dropped.
    this.#queued.delete(trialId);
    this.#held.set(trialId, held);
  }

  /** Stops writing the trial's changes. */
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

  /** Waits until all changes so far are stored. @throws the error of a write that failed */
  async written(trialId: number): Promise<void> {
    await this.#writing.get(trialId);
    const error = this.#errors.get(trialId);
    if (error !== undefined) throw error as Error;
  }

  /** Waits for the write under way. @returns the changes left, to be stored with the trial's end */
  async settle(trialId: number): Promise<TrialChange> {
    const rest = mergeAll(this.#queued.get(trialId) ?? []);
    this.#queued.delete(trialId);
    const writing = this.#writing.get(trialId);
    if (writing) await writing;
    const error = this.#errors.get(trialId);
    this.#errors.delete(trialId);
    if (error !== undefined) throw error as Error;
    if (!rest.clearReports) return rest;
    // Reports can't be cleared with an end, so this is a write of its own.
    await this.#put(trialId, rest);
    return NOTHING;
  }
}

const NOTHING: TrialChange = Object.freeze({});

/** Merges successive changes into one. */
export function mergeAll(changes: readonly TrialChange[]): TrialChange {
  if (changes.length === 0) return NOTHING;
  if (changes.length === 1) return changes[0];
  const cleared = changes.findLastIndex((change) => change.clearReports);
  const params: Record<string, Scalar> = {};
  const distributions: Record<string, Distribution> = {};
  const reports: Report[] = [];
  const [user, system]: Record<string, unknown>[] = [{}, {}];
  // One pass over the changes, as there may be thousands, most with a single report.
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
