import { setTimeout as sleep } from "node:timers/promises";
import { planDevices, type DeviceNeeds } from "../devices/plan.ts";
import type { Lease } from "../../contracts/lease.ts";

/** The device that a probe holds until it gives it back; without a lease if trials use none. */
export interface ProbeLease {
  readonly lease?: Lease;
  readonly giveBack: () => void;
}

const POLL_MS = 500;
const FREE: ProbeLease = { giveBack: () => undefined };

/**
 * Takes the first of a study's devices that nobody else on this host holds, as a trial would; notes
 * once that it waits.
 * @throws HpoError where the devices can't be had
 */
export async function leaseForProbe(
  needs: Omit<DeviceNeeds, "workers">,
  note: (message: string) => void,
): Promise<ProbeLease> {
  const { leases } = await planDevices(needs);
  if (!leases) return FREE;
  for (let isTold = false; ; isTold = true) {
    const holders: string[] = [];
    for (const lease of leases) {
      const taken = lease.lock?.take();
      if (!taken) return { lease, giveBack: FREE.giveBack };
      if (taken.kind === "taken") return { lease, giveBack: taken.giveBack };
      holders.push(taken.by);
    }
    if (!isTold) {
      note(`The probe waits for a device. In use: ${[...new Set(holders)].join("; ")}.`);
    }
    await sleep(POLL_MS);
  }
}
