import { availableParallelism } from "node:os";
import test from "ava";
import { cpuLeases } from "./cpu-leases.ts";
import { usableCpus } from "./usable-cpus.ts";

/** A machine's files, by path. */
const files =
  (texts: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    texts[path];
const allowed = (list: string) => ({
  "/proc/self/status": `Name:\tnode\nCpus_allowed_list:\t${list}\n`,
});

test("the cores to use are those of the affinity mask", (t) => {
  t.deepEqual(usableCpus(files(allowed("0-3,8"))), { cpus: [0, 1, 2, 3, 8], count: 5 });
  t.is(usableCpus(files({})).count, availableParallelism(), "elsewhere Node's word counts");
});

test("a control group's quota limits how many, of the group or of one around it", (t) => {
  const quota = (more: Readonly<Record<string, string>>): number =>
    usableCpus(files({ ...allowed("0-63"), ...more })).count;
  const group = { "/proc/self/cgroup": "0::/pods/one\n" };
  t.is(quota(group), 64);
  t.is(quota({ ...group, "/sys/fs/cgroup/pods/one/cpu.max": "max 100000\n" }), 64);
  t.is(quota({ ...group, "/sys/fs/cgroup/pods/one/cpu.max": "450000 100000\n" }), 4);
  t.is(quota({ ...group, "/sys/fs/cgroup/pods/cpu.max": "200000 100000\n" }), 2);
  t.is(quota({ ...group, "/sys/fs/cgroup/pods/cpu.max": "50000 100000\n" }), 1);
  t.is(
    quota({
      "/proc/self/cgroup": "12:cpu,cpuacct:/docker/a\n0::/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }),
    3,
  );
});

test("a slot's cores are whole ones, with both of their hardware threads", (t) => {
  const topology: Record<string, string> = Object.fromEntries(
    Array.from({ length: 8 }, (_, cpu) => [
      [`/sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`, "0\n"],
      [`/sys/devices/system/cpu/cpu${cpu}/topology/core_id`, `${cpu % 4}\n`],
    ]).flat() as [string, string][],
  );
  const usable = usableCpus(files({ ...allowed("0-7"), ...topology }));
  t.deepEqual(
    cpuLeases(2, usable, {}).map(({ name, cpus }) => [name, cpus]),
    [
      ["cpu:0-1,4-5", [0, 4, 1, 5]],
      ["cpu:2-3,6-7", [2, 6, 3, 7]],
    ],
  );
});

test("cores are divided without rest, with as many threads each, and no GPU", (t) => {
  const leases = cpuLeases(3, { cpus: [0, 1, 2, 3, 4, 5, 6, 7], count: 8 }, {});
  t.deepEqual(
    leases.map(({ name, env }) => [name, env["OMP_NUM_THREADS"], env["TF_NUM_INTRAOP_THREADS"]]),
    [
      ["cpu:0-1", "2", "2"],
      ["cpu:2-4", "3", "3"],
      ["cpu:5-7", "3", "3"],
    ],
  );
  t.is(leases[0].env["CUDA_VISIBLE_DEVICES"], "");
});

test("what the user set stays as it is", (t) => {
  const [{ env }] = cpuLeases(1, { cpus: [0], count: 1 }, { OMP_NUM_THREADS: "7" });
  t.false("OMP_NUM_THREADS" in env);
  t.is(env["MKL_NUM_THREADS"], "1");
});

test("under a quota threads are divided and nothing is bound; too many slots are an error", (t) => {
  const limited = { cpus: [0, 1, 2, 3, 4, 5, 6, 7], count: 4 };
  t.deepEqual(
    cpuLeases(2, limited, {}).map(({ name, cpus, env }) => [name, cpus, env["OMP_NUM_THREADS"]]),
    [
      ["cpu-slot:0", undefined, "2"],
      ["cpu-slot:1", undefined, "2"],
    ],
  );
  t.throws(() => cpuLeases(5, limited, {}), { message: /cpu:5 asks for 5 slots.*4 cores.*cpu:4/ });
});
