import { HpoError } from "../../errors/errors.ts";
import type { Lease } from "../../contracts/lease.ts";
import { cpuLeases } from "./cpu-leases.ts";
import type { Device, Environment } from "./device.ts";
import { deviceLocks } from "./device-locks.ts";
import { ALL_KINDS, findDevices, type Inventory } from "./find-devices.ts";
import { gpuLeases, groupDevices, type DeviceGroup } from "./gpu-leases.ts";
import { parseDeviceOptions, type DeviceOptions, type ParsedDeviceOptions } from "./options.ts";
import { describeCores, describeDevices } from "./describe.ts";
import { selectDevices, type RequestPart } from "./selection.ts";
import { runSmi } from "./smi.ts";
import { usableCpus, type UsableCpus } from "./usable-cpus.ts";
import { counted } from "../../errors/counted.ts";

export interface DeviceNeeds extends DeviceOptions {
  /** The study's name, by which others are told who holds the devices. */
  readonly study: string;
  /** How many trials are to run at once, if given. */
  readonly workers?: number;
  /** The environment of trials' processes. */
  readonly env: Environment;
  /** Whether GPUs are used without being asked for, as for commands. */
  readonly isAutomatic?: boolean;
}

export interface DevicePlan {
  /** One lease for each trial that may run at once; undefined if trials run without devices. */
  readonly leases?: readonly Lease[];
  /** How many trials run at once. */
  readonly workers: number;
  /** What was planned, for the user. */
  readonly lines: readonly string[];
  /** Problems that the user should see to. */
  readonly notes: readonly string[];
}

/**
 * Finds the devices that a study asks for, and makes leases of them, which are not taken yet: a
 * trial takes its lease when it starts.
 * @throws HpoError if a device is missing, hidden or too small, or there are more workers than
 * places
 */
export async function planDevices(needs: DeviceNeeds): Promise<DevicePlan> {
  const options = parseDeviceOptions(needs);
  const { request = needs.isAutomatic ? { kind: "auto" as const } : undefined, demands } = options;
  const without = (lines: string[] = [], notes: string[] = []): DevicePlan => {
    return { workers: needs.workers ?? 1, lines, notes };
  };
  if (!request) {
    if (demands.length === 0) return without();
    throw new HpoError(`${demands.join(", ")}: no devices are asked for. Add devices, as cuda.`);
  }
  if (request.kind === "none") return without();
  const isAsked = options.request !== undefined;
  const parts = request.kind === "list" ? request.parts : [];
  const found = await findDevices({ env: needs.env }, kindsOf(request.kind, parts));
  if (isAsked && found.errors.length > 0) throw found.errors[0];
  const isAuto = request.kind === "auto";
  const integrated = isAuto ? found.devices.filter((device) => device.isIntegrated) : [];
  const notes = [
    ...found.errors.map(({ message }) => message),
    ...found.notes,
    ...integrated.map(integratedNote),
  ];
  const devices = isAuto
    ? found.devices.filter((device) => !integrated.includes(device))
    : selectDevices(parts, found);
  if (devices.length === 0 && request.kind === "auto") {
    if (demands.length > 0) throw noneFor(demands, found);
    return without(isAsked ? ["No GPUs were found: trials run without devices"] : [], notes);
  }
  const sharing = sharingOf(options, devices.length, needs, isAsked);
  const groups = groupDevices(devices, sharing);
  const locks =
    options.isShared || groups.length === 0 ? undefined : deviceLocks(needs.study, needs.env);
  const gpus = gpuLeases(groups, locks, needs.env);
  const cores = parts.some(({ kind }) => kind === "cpu")
    ? await coreLeases(parts, gpus.length, needs)
    : { leases: [], notes: [] };
  const all = [...gpus, ...cores.leases];
  const workers = workersOf(needs.workers, all.length, groups);
  const leases = all.slice(0, workers);
  return {
    leases,
    workers,
    lines: [
      ...(gpus.length > 0 ? [describeDevices(groups, devices, needs.workers, all.length)] : []),
      ...(cores.leases.length > 0 ? [describeCores(cores.leases)] : []),
    ],
    notes: [...notes, ...cores.notes],
  };
}

/** The kinds of devices whose programs have to be asked. */
function kindsOf(
  request: "auto" | "list",
  parts: readonly RequestPart[],
): readonly Device["kind"][] {
  if (request === "auto") return ALL_KINDS;
  return ALL_KINDS.filter((kind) =>
    parts.some(
      (part) =>
        (part.kind === "all" && part.of === kind) ||
        // A UUID may belong to either kind.
        (part.kind === "one" && (part.name.startsWith(kind) || !/^(?:cuda|rocm)/.test(part.name))),
    ),
  );
}

const integratedNote = ({ name, model }: Device): string =>
  `${name} (${model}) is integrated in the processor and gets no trial by itself. To use it, pass ` +
  `--devices ${name}.`;

function noneFor(
  demands: readonly string[],
  { errors, hidden, unusable, devices }: Inventory,
): HpoError {
  const [broken] = unusable;
  const why =
    errors[0]?.message ??
    (broken && `${broken.device.name} can't be used: ${broken.problem}. ${broken.remedy}.`) ??
    (devices.length > 0 ? integratedNote(devices[0]) : undefined) ??
    (hidden.length > 0
      ? `All are hidden: ${[...new Set(hidden.map(({ hiddenBy }) => hiddenBy))].join(", ")}.`
      : "Neither nvidia-smi nor rocm-smi nor amd-smi finds one.");
  return new HpoError(
    `${demands.join(", ")}: there is no GPU. ${why} Pass --devices none to run without.`,
  );
}

/**
 * How trials share devices. If GPUs are used without being asked for, and there are more workers
 * than GPUs, the workers share them evenly, as they would unevenly without leases.
 */
function sharingOf(
  { trialsPerDevice, devicesPerTrial, bytesPerTrial }: ParsedDeviceOptions,
  deviceCount: number,
  { workers = 1 }: DeviceNeeds,
  isAsked: boolean,
) {
  const groupCount = Math.max(1, Math.floor(deviceCount / devicesPerTrial));
  const unasked = isAsked ? 1 : Math.ceil(workers / groupCount);
  return { trialsPerDevice: trialsPerDevice ?? unasked, devicesPerTrial, bytesPerTrial };
}

function workersOf(
  asked: number | undefined,
  places: number,
  groups: readonly DeviceGroup[],
): number {
  if (asked === undefined) return places;
  if (asked <= places) return asked;
  const share = Math.ceil(asked / Math.max(1, groups.length));
  const remedy = groups.length > 0 ? `, or let trials share: trialsPerDevice=${share}` : "";
  throw new HpoError(
    `workers=${asked}, and the devices have ${counted(places, "place")}. Set ` +
      `workers=${places}, leave it out${remedy}.`,
  );
}

async function coreLeases(
  parts: readonly RequestPart[],
  taken: number,
  { workers, env }: DeviceNeeds,
): Promise<{ readonly leases: readonly Lease[]; readonly notes: readonly string[] }> {
  const usable: UsableCpus = usableCpus();
  const asked = parts.flatMap((part) => (part.kind === "cpu" ? [part.slots] : []));
  if (asked.length > 1) {
    throw new HpoError("devices: cpu is named twice. Name it once, as cpu:4.");
  }
  const unasked = workers === undefined ? usable.count : Math.max(1, workers - taken);
  const leases = cpuLeases(asked[0] ?? unasked, usable, env);
  if (leases.every(({ cpus }) => cpus === undefined)) {
    const limit = `This process may use ${usable.count} of ${usable.cpus.length} cores' time`;
    return { leases, notes: [`${limit}: threads are divided, and bound to no core`] };
  }
  if ((await runSmi("taskset", ["--version"], { env })).kind !== "missing") {
    return { leases, notes: [] };
  }
  return {
    leases: leases.map(({ cpus: _cpus, ...lease }) => lease),
    notes: ["Trials are bound to no core: there is no taskset. Install util-linux for that"],
  };
}
