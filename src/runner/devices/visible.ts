import type { Device, Environment, Found, HiddenDevice } from "./device.ts";

/** Values by which launchers hide all devices. */
const NONE = /^(?:-\d+|none|void|nodevfiles)?$/i;

/**
 * The devices that visibility variables leave, each applied to what the one before left.
 *
 * A list is read as CUDA reads it: indices, UUIDs or their beginnings, in their order; the first
 * entry that names no device ends the list; an empty value or -1 hides all.
 * @param all the devices in the order of their indices
 * @param reading `refusesRepeats`: a list that names a device twice hides all, as in CUDA
 */
export function visibleDevices(
  all: readonly Device[],
  env: Environment,
  variables: readonly string[],
  { refusesRepeats = false }: { readonly refusesRepeats?: boolean } = {},
): Found {
  let devices = all;
  const hidden: HiddenDevice[] = [];
  const notes: string[] = [];
  for (const variable of variables) {
    const value = env[variable];
    if (value === undefined) continue;
    const before = devices;
    // The indices of a second variable count only what the first one left.
    const indexed = before === all ? byIndex : byPlace;
    const { kept: named, unknown, repeated } = readList(before, value, indexed);
    const isRefused = refusesRepeats && repeated !== undefined;
    const kept = isRefused ? [] : named;
    devices = kept;
    if (isRefused) {
      notes.push(
        `${variable}=${value} names ${repeated.name} twice: CUDA refuses such a list, and shows no ` +
          "device at all. Name it once.",
      );
    }
    if (unknown !== undefined) {
      notes.push(
        `${variable}=${value}: "${unknown}" names none of ${namesOf(before)}; it and what follows it ` +
          "show nothing, as the driver reads it.",
      );
    }
    const hiddenBy = `${variable}=${value}`;
    for (const device of before) if (!kept.includes(device)) hidden.push({ device, hiddenBy });
  }
  return { devices, hidden, notes };
}

const namesOf = (devices: readonly Device[]): string =>
  devices.map(({ name }) => name).join(", ") || "no devices";

interface ReadList {
  readonly kept: readonly Device[];
  /** The entry that names no device and ends the list. */
  readonly unknown?: string;
  /** A device that is named again. */
  readonly repeated?: Device;
}

function readList(devices: readonly Device[], value: string, indexed: typeof byIndex): ReadList {
  const kept: Device[] = [];
  let repeated: Device | undefined;
  for (const entry of value.split(",").map((each) => each.trim())) {
    if (NONE.test(entry)) break;
    const device = /^\d+$/.test(entry)
      ? indexed(devices, Number(entry))
      : devices.find(({ id }) => id.toLowerCase().startsWith(entry.toLowerCase()));
    if (!device) return { kept, unknown: entry, repeated };
    if (kept.includes(device)) repeated ??= device;
    else kept.push(device);
  }
  return { kept, repeated };
}

/** A card's index means its first MIG instance, as in CUDA. */
const byIndex = (devices: readonly Device[], index: number): Device | undefined =>
  devices.find((device) => device.index === index);

const byPlace = (devices: readonly Device[], place: number): Device | undefined => devices[place];
