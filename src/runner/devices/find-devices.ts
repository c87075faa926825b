import { HpoError } from "../../errors/errors.ts";
import { NOTHING_FOUND, type Device, type Found, type UnusableDevice } from "./device.ts";
import { nvidiaDevices } from "./nvidia.ts";
import { rocmDevices } from "./rocm.ts";
import type { SmiOptions } from "./smi.ts";

/** The devices that were found, and the errors of programs that failed. */
export interface Inventory extends Found {
  readonly unusable: readonly UnusableDevice[];
  /**
   * The errors of vendors' programs that are installed and fail; others' devices are found still.
   */
  readonly errors: readonly HpoError[];
}

const FINDERS: Readonly<Record<Device["kind"], (options: SmiOptions) => Promise<Found>>> = {
  cuda: nvidiaDevices,
  rocm: rocmDevices,
};

export const ALL_KINDS: readonly Device["kind"][] = ["cuda", "rocm"];

/** Asks the vendors' programs, all at once; one that is not installed finds nothing. */
export async function findDevices(
  options: SmiOptions,
  kinds: readonly Device["kind"][] = ALL_KINDS,
): Promise<Inventory> {
  const errors: HpoError[] = [];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      try {
        return await FINDERS[kind](options);
      } catch (error) {
        if (!(error instanceof HpoError)) throw error;
        errors.push(error);
        return NOTHING_FOUND;
      }
    }),
  );
  return {
    devices: found.flatMap(({ devices }) => devices),
    hidden: found.flatMap(({ hidden }) => hidden),
    unusable: found.flatMap(({ unusable = [] }) => unusable),
    notes: found.flatMap(({ notes }) => notes),
    errors,
  };
}
