import { forgotten, presenceChange } from "../study/heartbeat/presence.ts";
import type { StudyState } from "../study/study-state.ts";
import { leaseOf } from "../study/trial/trial-lease.ts";
import type { Present } from "./heard-workers.ts";

/** What others who use the storage see there of a coordinator's workers. */
export class ShownWorkers {
  readonly #state: StudyState;
  /** Of whom the study says that they are there. */
  #shown: ReadonlySet<string> = new Set();

  constructor(state: StudyState) {
    this.#state = state;
  }

  /** Trials that an earlier coordinator gave away have one more lease: their workers could not be heard. */
  async begin(): Promise<void> {
    const { history, storage, record } = this.#state;
    const leases = history.running.map(({ systemAttrs }) => leaseOf(systemAttrs));
    await this.beat([...new Set(leases.flatMap((lease) => lease?.worker ?? []))]);
    const left = await forgotten(storage, record.name);
    if (left.length > 0) await this.#set(presenceChange([], left));
  }

  /** Gives the signs of life of those who were just heard. */
  async beat(heard: readonly string[]): Promise<void> {
    if (heard.length > 0) await this.#state.storage.beat(...heard);
  }

  /** Written as they come and leave. */
  async show({ leaseMs, workers }: Present): Promise<void> {
    const now = new Map(workers.map(({ worker, host }) => [worker, { worker, host, leaseMs }]));
    const left = [...this.#shown].filter((worker) => !now.has(worker));
    const come = [...now.values()].filter(({ worker }) => !this.#shown.has(worker));
    if (left.length + come.length === 0) return;
    await this.#set(presenceChange(come, left));
    this.#shown = new Set(now.keys());
  }

  #set(system: ReturnType<typeof presenceChange>): Promise<void> {
    const { storage, record } = this.#state;
    return storage.setStudyAttributes(record.id, { system });
  }
}
