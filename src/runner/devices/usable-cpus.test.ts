import test from "ava";
import { usableCpus } from "./usable-cpus.ts";

type Files = Readonly<Record<string, string>>;
const usable = (files: Files) => usableCpus((path) => files[path]);
const mask = (list: string): Files => ({
  "/proc/self/status": `Cpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`,
});
const countUnder = (files: Files): number => usable({ ...mask("0-15"), ...files }).count;

test("a list of cores is read with its ranges", (t) => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ["0", [0]],
    ["7", [7]],
    ["0-0", [0]],
    ["2-4", [2, 3, 4]],
    ["0-1,4,6-7", [0, 1, 4, 6, 7]],
  ];
  for (const [list, cpus] of cases) {
    t.deepEqual(usable(mask(list)), { cpus, count: cpus.length }, list);
  }
});

test("a quota of the newer control groups is whole cores, at least one, at most all", (t) => {
  const cases: readonly (readonly [string, number])[] = [
    ["400000 100000\n", 4],
    ["499999 100000", 4],
    ["50000 50000", 1],
    ["1 100000", 1],
    ["9000000 100000", 16],
    ["max 100000", 16],
    ["0 100000", 16],
    ["100000 0", 16],
    ["", 16],
    ["400000", 16],
  ];
  for (const [text, count] of cases) {
    const files = { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text };
    t.is(countUnder(files), count, JSON.stringify(text));
  }
});

test("the older control groups' quota is one where both of its numbers are positive", (t) => {
  const cases: readonly (readonly [string | undefined, string | undefined, number])[] = [
    ["300000\n", "100000\n", 3],
    ["-1", "100000", 16],
    ["0", "100000", 16],
    ["300000", "0", 16],
    [undefined, "100000", 16],
    ["300000", undefined, 16],
  ];
  for (const [time, period, count] of cases) {
    const folder = "/sys/fs/cgroup/cpu/a";
    const files: Files = {
      "/proc/self/cgroup": "3:memory:/m\n4:cpu,cpuacct:/a\n",
      ...(time !== undefined && { [`${folder}/cpu.cfs_quota_us`]: time }),
      ...(period !== undefined && { [`${folder}/cpu.cfs_period_us`]: period }),
    };
    t.is(countUnder(files), count, `${time} per ${period}`);
  }
  for (const controllers of ["cpu", "cpuacct,cpu", "cpu,cpuacct"]) {
    const files = {
      "/proc/self/cgroup": `4:${controllers}:/a\n`,
      "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "200000",
      "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
    };
    t.is(countUnder(files), 2, controllers);
  }
  const others = {
    "/proc/self/cgroup": "4:cpuset:/a\n",
    "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "200000",
    "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
  };
  t.is(countUnder(others), 16, "cpuset limits no time");
});

test("the least quota of the group and of all around it counts, the root's too", (t) => {
  const at = (quotas: Readonly<Record<string, number>>): number =>
    countUnder({
      "/proc/self/cgroup": "0::/a/b/c\n",
      ...Object.fromEntries(
        Object.entries(quotas).map(([group, cores]) => [
          `/sys/fs/cgroup${group}/cpu.max`,
          `${cores * 1000} 1000`,
        ]),
      ),
    });
  t.is(at({ "/a/b/c": 5 }), 5);
  t.is(at({ "/a/b/c": 5, "/a/b": 3, "/a": 7 }), 3);
  t.is(at({ "/a": 2, "/a/b/c": 5 }), 2);
  t.is(at({ "": 6 }), 6);
  t.is(at({ "/other": 1 }), 16);
});

test("hardware threads are sorted by socket, then core, then number; else they stay", (t) => {
  const order = (places: readonly (readonly [number | undefined, number | undefined])[]) => {
    const files = Object.fromEntries(
      places.flatMap(([socket, core], cpu) => {
        const folder = `/sys/devices/system/cpu/cpu${cpu}/topology`;
        return [
          [`${folder}/physical_package_id`, socket],
          [`${folder}/core_id`, core],
        ].flatMap(([path, value]) => (value === undefined ? [] : [[path, `${value}\n`] as const]));
      }),
    ) as Files;
    return usable({ ...mask(`0-${places.length - 1}`), ...files }).cpus;
  };
  t.deepEqual(
    order([
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ]),
    [2, 5, 1, 3, 0, 4],
  );
  t.deepEqual(
    order([
      [0, 9],
      [1, 1],
      [0, 8],
    ]),
    [2, 0, 1],
  );
  t.deepEqual(
    order([
      [1, 0],
      [undefined, 1],
      [0, 0],
    ]),
    [0, 1, 2],
  );
  t.deepEqual(
    order([
      [1, 0],
      [0, undefined],
    ]),
    [0, 1],
  );
});
