import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import type { SignOfLife } from "../../contracts/trial-lease.ts";
import type { Attributes } from "../../contracts/trial.ts";
import {
  isAlive,
  thisProcess,
  workerId,
  type ProcessIdentity,
} from "../../system/process-identity.ts";
import type { StateParts, StudyState } from "../study-state.ts";

/**
 * A worker that runs trials of a study, or waits for one: an attribute of the study for each. It is
 * written once and removed when the worker leaves, so that one that stays behind was killed.
 * Heartbeats are stored elsewhere, for all studies together.
 */
export interface PresentWorker {
  /** The id of its heartbeats. */
  readonly worker: string;
  readonly host: string;
  /** Left out for a coordinator's workers, which may be on any machine. */
  readonly runner?: ProcessIdentity;
  /** How long it must be silent before its trials may be given to others. */
  readonly leaseMs: number;
}

/** A worker that was silent for so long is removed. */
const KEPT_MS = 3_600_000;

const keyOf = (worker: string): string => ATTRIBUTE.worker + worker;

export const presentIn = (systemAttrs: Attributes): readonly PresentWorker[] =>
  Object.entries(systemAttrs).flatMap(([key, value]) =>
    key.startsWith(ATTRIBUTE.worker) ? [value as PresentWorker] : [],
  );

/** The change of a study's attributes when some workers come and others leave. */
export const presenceChange = (
  coming: readonly PresentWorker[],
  leaving: readonly string[] = [],
): Attributes =>
  Object.fromEntries([
    ...leaving.map((worker) => [keyOf(worker), undefined] as const),
    ...coming.map((each) => [keyOf(each.worker), each] as const),
  ]);

/** A study's attributes without those of its workers. */
export const withoutPresence = (systemAttrs: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(systemAttrs).filter(([key]) => !key.startsWith(ATTRIBUTE.worker)),
  );

/**
 * Stores that this process runs trials of the study, and gives signs of life also while it has none.
 * @returns a function that stores that it left
 */
export async function enterStudy(state: StudyState<StateParts>): Promise<() => Promise<void>> {
  const { storage, record, hub, heartbeat } = state;
  if (!state.isShared) return async () => undefined;
  const self: PresentWorker = {
    worker: workerId,
    host: thisProcess().host,
    runner: thisProcess(),
    leaseMs: state.leases.leaseMs,
  };
  const set = (change: Attributes) => storage.setStudyAttributes(record.id, { system: change });
  const note = (error: Error): void => hub.note(error.message);
  heartbeat.isAwaiting = true;
  heartbeat.start();
  // Where this first sign is lost with its database, the next one comes soon.
  await storage.beat(workerId).catch(note);
  await set(presenceChange([self], await forgotten(storage, record.name)));
  return async () => {
    heartbeat.isAwaiting = false;
    heartbeat.stop();
    await set(presenceChange([], [workerId])).catch(note);
  };
}

/**
 * The ids of workers that were killed, and may be removed: their trials show what became of them.
 */
export async function forgotten(storage: Storage, study: string): Promise<readonly string[]> {
  const known = presentIn((await storage.findStudy(study))?.systemAttrs ?? {});
  if (known.length === 0) return [];
  const signs = await storage.readSigns(known.map(({ worker }) => worker));
  return known.filter((each) => isForgotten(each, signs)).map(({ worker }) => worker);
}

function isForgotten(
  { worker, runner }: PresentWorker,
  signs: ReadonlyMap<string, SignOfLife>,
): boolean {
  const sign = signs.get(worker);
  if (!sign || (sign.ageMs ?? 0) > KEPT_MS) return true;
  return runner !== undefined && isAlive(runner) === false;
}
