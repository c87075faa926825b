import { join } from "node:path";
import type { LeaseLock, Taken } from "../../contracts/lease.ts";
import type { Device, Environment } from "./device.ts";
import {
  dropLock,
  lockHolder,
  renewLock,
  takeLock,
  type LockHolder,
} from "../../system/lock-file.ts";
import { runtimeDir } from "./runtime-dir.ts";

const lockPath = (dir: string, { id }: Device): string =>
  join(dir, `${id.replace(/[^\w.-]/g, "_")}.lock`);

/**
 * The locks of one run's devices. The run holds a device from the start of its first trial on it
 * to the end of the last one; its own trials may share it, those of other runs may not.
 */
export interface DeviceLocks {
  lockOf(devices: readonly Device[]): LeaseLock;
}

/** @throws HpoError if there is no folder for the locks */
export function deviceLocks(study: string, env: Environment): DeviceLocks {
  const dir = runtimeDir(env);
  const trialCounts = new Map<string, number>();
  /** Paths of locks that were taken for a trial whose number is not known yet. */
  const unnamed = new Set<string>();

  const takeOne = (device: Device, trial: number | undefined): Taken => {
    const path = lockPath(dir, device);
    const count = trialCounts.get(path) ?? 0;
    if (count === 0) {
      const taken = takeLock(path, { study, trial });
      if (taken.kind === "held") return { kind: "held", by: describe(device, taken.holder) };
      if (trial === undefined) unnamed.add(path);
    }
    trialCounts.set(path, count + 1);
    const giveBack = (): void => {
      const left = trialCounts.get(path)! - 1;
      trialCounts.set(path, left);
      if (left > 0) return;
      unnamed.delete(path);
      dropLock(path);
    };
    const assign = (now: number): void => {
      if (unnamed.delete(path)) renewLock(path, { study, trial: now });
    };
    return { kind: "taken", giveBack, assign };
  };
  return {
    lockOf: (devices) => ({
      take: (trial) => {
        const taken: (Taken & { readonly kind: "taken" })[] = [];
        const giveBack = (): void => taken.splice(0).forEach((one) => one.giveBack());
        for (const device of devices) {
          const one = takeOne(device, trial);
          if (one.kind === "held") {
            // All or none, as two runs that hold one each would deadlock.
            giveBack();
            return one;
          }
          taken.push(one);
        }
        const assign = (now: number): void => taken.forEach((one) => one.assign?.(now));
        return { kind: "taken", giveBack, assign };
      },
    }),
  };
}

/** Who holds a device now. @throws HpoError if there is no folder for locks */
export const deviceHolder = (device: Device, env: Environment): LockHolder | undefined =>
  lockHolder(lockPath(runtimeDir(env), device));

const describe = ({ name }: Device, { process, study, trial }: LockHolder): string =>
  `${name} by ${trial === undefined ? "the next trial" : `trial ${trial}`} of study ${JSON.stringify(study)} ` +
  `(process ${process.pid} on ${process.host})`;
