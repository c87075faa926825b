import { forgotten, presenceChange } from "../study/heartbeat/presence.ts";
import type { StudyState } from "../study/study-state.ts";
import { leaseOf } from "../study/trial/trial-lease.ts";
import type { Present } from "./heard-workers.ts";

/** Shows a coordinator's workers in the storage, for the others who use it. */
export class ShownWorkers {
  readonly #state: StudyState;
  /** The ids of the workers that the study's attributes name as present. */
  #shown: ReadonlySet<string> = new Set();

  constructor(state: StudyState) {
    this.#state = state;
  }

  /** Gives workers of an earlier coordinator another lease, as nobody could hear them meanwhile. */
  async begin(): Promise<void> {
    const { history, storage, record } = this.#state;
    const leases = history.running.map(({ systemAttrs }) => leaseOf(systemAttrs));
    await this.beat([...new Set(leases.flatMap((lease) => lease?.worker ?? []))]);
    const left = await forgotten(storage, record.name);
    if (left.length > 0) await this.#set(presenceChange([], left));
  }

  /** Stores heartbeats of the workers that were just heard. */
  async beat(heard: readonly string[]): Promise<void> {
    if (heard.length > 0) await this.#state.storage.beat(...heard);
  }

  /** Stores who is present, but only if workers have come or left. */
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
