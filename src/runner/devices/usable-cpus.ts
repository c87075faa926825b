import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/** The cores that this process may use. */
export interface UsableCpus {
  /** Their numbers, those of one physical core side by side. */
  readonly cpus: readonly number[];
  /** How many of them at once: fewer where a control group limits its time. */
  readonly count: number;
}

/** The text of a file, or undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/**
 * By the affinity mask and the control group's quota; elsewhere than on Linux what Node says.
 * @param read how files are read; those of this machine if left out
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

/** Hardware threads of one core next to each other, so that a share of the list is whole cores. */
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
  if ([...places.values()].some(({ socket, core }) => Number.isNaN(socket + core))) return cpus;
  return [...cpus].sort((a, b) => {
    const [first, second] = [places.get(a)!, places.get(b)!];
    return first.socket - second.socket || first.core - second.core || a - b;
  });
}

const CGROUPS = "/sys/fs/cgroup";

/** CPUs' worth of time per time, the least of the group and those around it; undefined: no limit. */
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
      return time > 0 && period > 0 ? time / period : undefined;
    }),
  ];
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** What each group from this one to the root gives, where it gives something. */
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
  return time > 0 && period > 0 ? time / period : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
