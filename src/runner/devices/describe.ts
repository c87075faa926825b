import type { Lease } from "../../contracts/lease.ts";
import type { Device } from "./device.ts";
import type { DeviceGroup } from "./gpu-leases.ts";
import { counted } from "../../errors/counted.ts";

/** `4 devices: cuda:0 … cuda:3, NVIDIA H100 80GB HBM3, one trial each` */
export function describeDevices(
  groups: readonly DeviceGroup[],
  devices: readonly Device[],
  workers: number | undefined,
  places: number,
): string {
  const used = groups.flatMap((group) => group.devices);
  const models = new Set(used.map(({ model }) => model));
  const named =
    models.size === 1
      ? `${range(used.map(({ name }) => name))}, ${used[0].model}`
      : used.map(({ name, model }) => `${name} ${model}`).join(", ");
  const idle = devices.filter((device) => !used.includes(device)).map(({ name }) => name);
  return [
    `${counted(used.length, "device")}: ${named}`,
    ...trialsEach(groups),
    ...(idle.length > 0 ? [`${idle.join(", ")} left over`] : []),
    ...(workers !== undefined && workers < places
      ? [`the first ${workers} of ${places} places`]
      : []),
  ].join(", ");
}

function trialsEach(groups: readonly DeviceGroup[]): string[] {
  const perTrial = groups[0].devices.length;
  const counts = [...new Set(groups.map(({ trials }) => trials))];
  const together = perTrial > 1 ? [`${perTrial} per trial`] : [];
  if (counts.length > 1) {
    const each = groups.map(({ devices, trials }) => `${trials} on ${devices[0].name}`);
    return [...together, `trials at once: ${each.join(", ")}`];
  }
  const each = counts[0] === 1 ? "one trial each" : `up to ${counts[0]} trials each`;
  return perTrial > 1 && counts[0] === 1 ? together : [...together, each];
}

/** `4 slots on cores: cpu:0-1 … cpu:6-7` */
export function describeCores(leases: readonly Lease[]): string {
  const count = counted(leases.length, "slot");
  return `${count} on cores: ${range(leases.map(({ name }) => name))}, one trial each`;
}

const range = (names: readonly string[]): string =>
  names.length > 3 ? `${names[0]} … ${names[names.length - 1]}` : names.join(", ");
