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
 * Who runs trials of a study, or waits for one: an attribute of the study for each. It is written once
 * and removed when that one leaves, so that whoever stays in it was killed; signs of life are kept
 * for all studies in one place.
 */
export interface PresentWorker {
  /** The id under which it gives signs of life. */
  readonly worker: string;
  readonly host: string;
  /** Left out of workers that a coordinator knows: they may be anywhere. */
  readonly runner?: ProcessIdentity;
  /** After what silence its trials may be given to others. */
  readonly leaseMs: number;
}

/** Of one that was silent for so long no trace is kept. */
const KEPT_MS = 3_600_000;

const keyOf = (worker: string): string => ATTRIBUTE.worker + worker;

export const presentIn = (systemAttrs: Attributes): readonly PresentWorker[] =>
  Object.entries(systemAttrs).flatMap(([key, value]) =>
    key.startsWith(ATTRIBUTE.worker) ? [value as PresentWorker] : [],
  );

/** What is set of a study where these come and those leave. */
export const presenceChange = (
  coming: readonly PresentWorker[],
  leaving: readonly string[] = [],
): Attributes =>
  Object.fromEntries([
    ...leaving.map((worker) => [keyOf(worker), undefined] as const),
    ...coming.map((each) => [keyOf(each.worker), each] as const),
  ]);

/** Attributes of a study without those of who runs it. */
export const withoutPresence = (systemAttrs: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(systemAttrs).filter(([key]) => !key.startsWith(ATTRIBUTE.worker)),
  );

/** This process runs trials of the study from now on. @returns what says that it no longer does */
export async function enterStudy(state: StudyState<StateParts>): Promise<() => Promise<void>> {
  const { storage, record, hub } = state;
  if (!state.isShared) return async () => undefined;
  const self: PresentWorker = {
    worker: workerId,
    host: thisProcess().host,
    runner: thisProcess(),
    leaseMs: state.leases.leaseMs,
  };
  const set = (change: Attributes) => storage.setStudyAttributes(record.id, { system: change });
  await storage.beat(workerId);
  await set(presenceChange([self], await forgotten(storage, record.name)));
  return () => set(presenceChange([], [workerId])).catch((error: Error) => hub.note(error.message));
}

/** Those who were killed: their trials tell what there is to know of them. */
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
