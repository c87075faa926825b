import type { HostTrial } from "./runner.ts";
import { slots } from "./slots.ts";

/** What a trial runs on: a device, several, or a share of one. One slot of a runner each. */
export interface Lease {
  /** `cuda:0`, `cuda:0,cuda:1`, `cpu:0-3`: kept with the trial as its device. */
  readonly name: string;
  /** What binds a process to it; goes over every other source of the same variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The cores that its process may run on; any if left out. */
  readonly cpus?: readonly number[];
}

/** Slots with or without a lease: a trial is told its device, and has it to itself. */
export interface LeasedSlots<Slot> {
  readonly all: readonly Slot[];
  /** Runs `work` in a free slot, as soon as there is one and its devices are free on this host. */
  use<Result>(trial: HostTrial, work: (slot: Slot) => Promise<Result>): Promise<Result>;
  /** Resolves when no slot is lent and none is waited for. */
  idle(): Promise<void>;
}

export function leasedSlots<Slot extends { readonly lease?: Lease }>(
  all: readonly Slot[],
): LeasedSlots<Slot> {
  const lanes = slots(all);
  return {
    all,
    use: (trial, work) =>
      lanes.use(async (slot) => {
        if (slot.lease) trial.setDevice(slot.lease.name);
        return work(slot);
      }),
    idle: () => lanes.idle(),
  };
}
