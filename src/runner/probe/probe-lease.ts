import { setTimeout as sleep } from "node:timers/promises";
import { planDevices, type DeviceNeeds } from "../devices/plan.ts";
import type { Lease } from "../../contracts/lease.ts";

/** What a probe runs on, until it is given back; without a lease where trials have none. */
export interface ProbeLease {
  readonly lease?: Lease;
  readonly giveBack: () => void;
}

const POLL_MS = 500;
const FREE: ProbeLease = { giveBack: () => undefined };

/**
 * The first of a study's devices that nobody else on this host holds, as a trial would have it;
 * waits for one, and says so once.
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
