import { HpoError } from "../../errors/errors.ts";
import type { Lease } from "../../contracts/lease.ts";
import type { Device, Environment } from "./device.ts";
import type { DeviceLocks } from "./device-locks.ts";
import { formatBytes } from "../../system/byte-size.ts";

/** Which devices a trial gets, and how many trials may have them at once. */
export interface DeviceGroup {
  readonly devices: readonly Device[];
  readonly trials: number;
}

export interface Sharing {
  readonly trialsPerDevice: number;
  readonly devicesPerTrial: number;
  readonly bytesPerTrial: number | undefined;
}

/**
 * Groups devices of one kind, as many as a trial needs in each; leftover devices are not used.
 * @throws HpoError if there are too few, one is too small, or MIG instances are to work together
 */
export function groupDevices(devices: readonly Device[], sharing: Sharing): readonly DeviceGroup[] {
  const { devicesPerTrial } = sharing;
  const instance = devices.find((device) => device.instance !== undefined);
  if (devicesPerTrial > 1 && instance) {
    throw new HpoError(
      `devicesPerTrial=${devicesPerTrial}: ${instance.name} is a MIG instance, and a program can use ` +
        "one of these alone. Leave devicesPerTrial out, or switch MIG mode off.",
    );
  }
  const groups = (["cuda", "rocm"] as const).flatMap((kind) => {
    const own = devices.filter((device) => device.kind === kind);
    return Array.from({ length: Math.floor(own.length / devicesPerTrial) }, (_, index) =>
      own.slice(index * devicesPerTrial, (index + 1) * devicesPerTrial),
    );
  });
  if (groups.length === 0 && devices.length > 0) {
    throw new HpoError(
      `devicesPerTrial=${devicesPerTrial}, and there ${devices.length === 1 ? "is" : "are"} ` +
        `${devices.map(({ name }) => name).join(", ")}. Lower devicesPerTrial, or choose more devices.`,
    );
  }
  return groups.map((group) => ({ devices: group, trials: trialsOn(group, sharing) }));
}

function trialsOn(group: readonly Device[], { trialsPerDevice, bytesPerTrial }: Sharing): number {
  if (bytesPerTrial === undefined) return trialsPerDevice;
  const room = group.map((device) => {
    if (device.memoryBytes === undefined) {
      throw new HpoError(
        `memoryPerTrial: how much memory ${device.name} has is not told here. Leave memoryPerTrial ` +
          "out, and set trialsPerDevice.",
      );
    }
    const trials = Math.floor(device.memoryBytes / bytesPerTrial);
    if (trials >= 1) return trials;
    throw new HpoError(
      `memoryPerTrial=${formatBytes(bytesPerTrial)} is more than ${device.name} (${device.model}) ` +
        `has: ${formatBytes(device.memoryBytes)}. Choose other devices, or lower it.`,
    );
  });
  return Math.min(trialsPerDevice, ...room);
}

/** A lease for each trial that may run at once: first one for each group, then the second ones. */
export function gpuLeases(
  groups: readonly DeviceGroup[],
  locks: DeviceLocks | undefined,
  env: Environment,
): readonly Lease[] {
  const most = Math.max(0, ...groups.map(({ trials }) => trials));
  return Array.from({ length: most }, (_, round) =>
    groups.filter(({ trials }) => round < trials).map((group) => leaseOn(group, locks, env)),
  ).flat();
}

const VARIABLES = { cuda: "CUDA_VISIBLE_DEVICES", rocm: "HIP_VISIBLE_DEVICES" } as const;

/** Keeps TensorFlow and JAX from allocating the whole card at start. */
const GROWTH = { TF_FORCE_GPU_ALLOW_GROWTH: "true", XLA_PYTHON_CLIENT_PREALLOCATE: "false" };

function leaseOn(
  { devices, trials }: DeviceGroup,
  locks: DeviceLocks | undefined,
  env: Environment,
): Lease {
  const growth = Object.entries(trials > 1 ? GROWTH : {});
  // nvidia-smi numbers cards by the bus; CUDA numbers the fastest first unless told otherwise.
  const isIndexed = devices[0].kind === "cuda" && /^\d+$/.test(devices[0].visibleAs);
  return {
    name: devices.map(({ name }) => name).join(","),
    env: {
      ...Object.fromEntries(growth.filter(([name]) => env[name] === undefined)),
      [VARIABLES[devices[0].kind]]: devices.map(({ visibleAs }) => visibleAs).join(","),
      ...(isIndexed && { CUDA_DEVICE_ORDER: "PCI_BUS_ID" }),
    },
    ...(locks && { lock: locks.lockOf(devices) }),
  };
}
