import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/** The cores that this process may use. */
export interface UsableCpus {
  /** Their numbers, hardware threads of one core side by side. */
  readonly cpus: readonly number[];
  /** How many of them it may use at once: fewer if a control group limits its CPU time. */
  readonly count: number;
}

/** The text of a file, or undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/**
 * The usable cores by affinity mask and control group quota; elsewhere than on Linux, those that
 * Node reports.
 * @param read reads a file; by default of this machine
 */
export function usableCpus(read: ReadText = readText): UsableCpus {
  const status = read("/proc/self/status");
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? "")?.[1];
  const cpus = allowed ? parseCpuList(allowed) : Array.from({ length: availableParallelism() }, id);
  const quota = quotaOf(read);
  const count = quota === undefined ? cpus.length : Math.min(cpus.length, atLeastOne(quota));
  return { cpus: byCore(cpus, read), count };
}

const id = (_: unknown, index: number): number => index;
const atLeastOne = (quota: number): number => Math.max(1, Math.floor(quota));

/** 0, 1, 2, 8 for `0-2,8`. */
const parseCpuList = (list: string): number[] =>
  list.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

/** Sorts hardware threads by core, so that a part of the list has whole cores. */
function byCore(cpus: readonly number[], read: ReadText): readonly number[] {
  const places = new Map(
    cpus.map((cpu) => {
      const topology = `/sys/devices/system/cpu/cpu${cpu}/topology`;
      const [socket, core] = ["physical_package_id", "core_id"].map((file) =>
        Number(read(join(topology, file)) ?? NaN),
      );
      return [cpu, { socket, core }];
    }),
  );
  const isUnknown = [...places.values()].some((place) => Object.values(place).some(Number.isNaN));
  if (isUnknown) return cpus;
  return [...cpus].sort((a, b) => {
    const [first, second] = [places.get(a)!, places.get(b)!];
    return first.socket - second.socket || first.core - second.core;
  });
}

const CGROUPS = "/sys/fs/cgroup";

/** The CPU quota in cores: the least of the group's and its parents'; undefined if unlimited. */
function quotaOf(read: ReadText): number | undefined {
  const groups = read("/proc/self/cgroup") ?? "";
  const unified = /^0::(.*)$/m.exec(groups)?.[1];
  const old = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  const limits = [
    ...upward(unified, (group) => parseMax(read(join(CGROUPS, group, "cpu.max")))),
    ...upward(old, (group) => {
      const folder = join(CGROUPS, "cpu", group);
      const [time, period] = ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((file) =>
        Number(read(join(folder, file)) ?? NaN),
      );
      return coresOf(time, period);
    }),
  ];
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The limits of each group from this one up to the root, where they have one. */
function upward(
  group: string | undefined,
  limitOf: (group: string) => number | undefined,
): readonly number[] {
  const limits: (number | undefined)[] = [];
  // A container sees its own group as the root, whatever its path says.
  for (let at = group; at !== undefined; at = at === "/" ? undefined : dirname(at)) {
    limits.push(limitOf(at));
  }
  return limits.filter((limit) => limit !== undefined);
}

/** `400000 100000`, or `max 100000`. */
function parseMax(text: string | undefined): number | undefined {
  const [time, period] = (text ?? "").trim().split(/\s+/).map(Number);
  return coresOf(time, period);
}

/** Cores' worth of time per period; undefined where either is missing, or the time no limit. */
function coresOf(time: number, period: number): number | undefined {
  const cores = time / period;
  return cores > 0 ? cores : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
