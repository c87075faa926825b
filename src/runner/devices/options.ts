import { requireInteger } from "../../errors/checks.ts";
import { parseBytes } from "../../system/byte-size.ts";
import { parseDevices, type DeviceRequest } from "./selection.ts";

/** On which devices trials run: the same in a program, in a study file and as flags. */
export interface DeviceOptions {
  /**
   * `cuda`, `cuda:0,cuda:2`, `rocm`, `cpu:4` (four slots, the cores divided among them), `auto` (all
   * GPUs, where there are some) or `none`. Left out: `auto` for a command, else `none`.
   */
  readonly devices?: string | readonly string[];
  /** How many trials may share a device, ≥ 1; 1 if left out. */
  readonly trialsPerDevice?: number;
  /** How many devices a trial has to itself, as for torchrun, ≥ 1; 1 if left out. */
  readonly devicesPerTrial?: number;
  /** What a trial needs of each of its devices, as `12GiB` or bytes, ≥ 1: no more share one than its memory holds. */
  readonly memoryPerTrial?: string | number;
  /** Uses devices that other studies of this host hold, too. */
  readonly shareDevices?: boolean;
}

/** The options of `given`, and those of `others` where it has none. */
export const deviceOptionsOver = (given: DeviceOptions, others: DeviceOptions): DeviceOptions => ({
  devices: given.devices ?? others.devices,
  trialsPerDevice: given.trialsPerDevice ?? others.trialsPerDevice,
  devicesPerTrial: given.devicesPerTrial ?? others.devicesPerTrial,
  memoryPerTrial: given.memoryPerTrial ?? others.memoryPerTrial,
  shareDevices: given.shareDevices ?? others.shareDevices,
});

export interface ParsedDeviceOptions {
  /** Undefined if no devices were asked for. */
  readonly request: DeviceRequest | undefined;
  readonly trialsPerDevice: number | undefined;
  readonly devicesPerTrial: number;
  readonly bytesPerTrial: number | undefined;
  readonly isShared: boolean;
  /** The options, but `devices`, that only make sense with devices, as given: `trialsPerDevice=2`. */
  readonly demands: readonly string[];
}

/** @throws HpoError naming the option that is wrong */
export function parseDeviceOptions(options: DeviceOptions): ParsedDeviceOptions {
  const { devices, trialsPerDevice, devicesPerTrial, memoryPerTrial, shareDevices } = options;
  for (const [name, count] of Object.entries({ trialsPerDevice, devicesPerTrial })) {
    if (count !== undefined) requireInteger(name, count, 1);
  }
  const demands = Object.entries({ trialsPerDevice, devicesPerTrial, memoryPerTrial })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return {
    request: devices === undefined ? undefined : parseDevices(devices),
    trialsPerDevice,
    devicesPerTrial: devicesPerTrial ?? 1,
    bytesPerTrial:
      memoryPerTrial === undefined ? undefined : parseBytes("memoryPerTrial", memoryPerTrial),
    isShared: shareDevices ?? false,
    demands,
  };
}
