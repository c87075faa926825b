import { cpuList } from "../../system/affinity.ts";
import type { Device, Environment } from "../../runner/devices/device.ts";
import { deviceHolder } from "../../runner/devices/device-locks.ts";
import { findDevices } from "../../runner/devices/find-devices.ts";
import type { LockHolder } from "../../system/lock-file.ts";
import { formatBytes } from "../../system/byte-size.ts";
import { planDevices, type DeviceNeeds } from "../../runner/devices/plan.ts";
import { usableCpus } from "../../runner/devices/usable-cpus.ts";
import { table } from "../output.ts";

/** `hpo devices --json`. What is not told by the driver is null. */
export interface DeviceReport {
  readonly devices: readonly DeviceRow[];
  readonly cpus: { readonly count: number; readonly list: string };
  /** What `hpo study run` would use, for a command. */
  readonly run: {
    readonly workers: number;
    readonly leases: readonly string[] | null;
    readonly description: string;
  };
  readonly notes: readonly string[];
}

interface DeviceRow {
  readonly name: string;
  readonly model: string;
  readonly id: string;
  readonly memoryBytes: number | null;
  readonly freeBytes: number | null;
  /** Percent. */
  readonly utilization: number | null;
  /** `CUDA_VISIBLE_DEVICES=2,3` */
  readonly hiddenBy: string | null;
  /** Why no program can use it: `GPU requires reset`. */
  readonly problem: string | null;
  readonly heldBy: {
    readonly study: string;
    /** Null while the trial is being asked for. */
    readonly trial: number | null;
    readonly pid: number;
    readonly host: string;
    readonly since: string;
  } | null;
}

/** @throws HpoError if what is asked for is not there */
export async function deviceReport(
  needs: Omit<DeviceNeeds, "study" | "env">,
  env: Environment,
): Promise<DeviceReport> {
  const found = await findDevices({ env });
  const usable = usableCpus();
  const plan = await planDevices({ ...needs, study: "", env, isAutomatic: true });
  const row = (
    device: Device,
    hiddenBy: string | null,
    problem: string | null = null,
  ): DeviceRow => ({
    name: device.name,
    model: device.model,
    id: device.id,
    memoryBytes: device.memoryBytes ?? null,
    freeBytes: device.freeBytes ?? null,
    utilization: device.utilization ?? null,
    hiddenBy,
    problem,
    heldBy: heldBy(deviceHolder(device, env)),
  });
  const rows = [
    ...found.devices.map((device) => row(device, null)),
    ...found.hidden.map(({ device, hiddenBy }) => row(device, hiddenBy)),
    ...found.unusable.map(({ device, problem }) => row(device, null, problem)),
  ];
  return {
    devices: rows.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })),
    cpus: { count: usable.count, list: cpuList(usable.cpus) },
    run: {
      workers: plan.workers,
      leases: plan.leases?.map(({ name }) => name) ?? null,
      description: plan.lines.join("; ") || withoutDevices(plan.workers),
    },
    notes: [...new Set([...found.errors.map(({ message }) => message), ...plan.notes])],
  };
}

const withoutDevices = (workers: number): string =>
  `no devices, ${workers === 1 ? "one trial" : `${workers} trials`} at once`;

const heldBy = (holder: LockHolder | undefined): DeviceRow["heldBy"] =>
  holder
    ? {
        study: holder.study,
        trial: holder.trial ?? null,
        pid: holder.process.pid,
        host: holder.process.host,
        since: holder.since,
      }
    : null;

/** The same for people: a table, what hides what, and what a run would use. */
export function deviceReportLines({ devices, cpus, run, notes }: DeviceReport): string[] {
  const rows = devices.map((device) => [
    device.name,
    device.model,
    memoryOf(device),
    device.utilization === null ? "?" : `${device.utilization} %`,
    useOf(device),
  ]);
  const shown =
    rows.length > 0
      ? [table(["device", "model", "memory free / total", "busy", "in use"], rows)]
      : ["No GPUs: neither nvidia-smi nor rocm-smi nor amd-smi finds one."];
  const cores = `Cores to use: ${cpus.count} (${cpus.list})`;
  return [...shown, "", cores, `A run of a command: ${run.description}`, ...notes.map(noteOf)];
}

const noteOf = (note: string): string => `note: ${note}`;

function memoryOf({ memoryBytes, freeBytes }: DeviceRow): string {
  const [free, total] = [freeBytes, memoryBytes].map((bytes) =>
    bytes === null ? "?" : formatBytes(bytes),
  );
  return `${free} / ${total}`;
}

function useOf({ heldBy: held, hiddenBy, problem }: DeviceRow): string {
  if (problem !== null) return `can't be used: ${problem}`;
  const hidden = hiddenBy === null ? [] : [`hidden by ${hiddenBy}`];
  if (!held) return hidden.join(", ");
  const trial = held.trial === null ? "next trial" : `trial ${held.trial}`;
  return [...hidden, `${trial} of "${held.study}" (process ${held.pid})`].join(", ");
}
