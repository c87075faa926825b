import test from "ava";
import { describeCores, describeDevices } from "./describe.ts";
import type { Device } from "./device.ts";
import { gpuLeases, groupDevices, type DeviceGroup } from "./gpu-leases.ts";

const device = (name: string, more: Partial<Device> = {}): Device => {
  const [kind, index] = name.split(":");
  return {
    kind: kind as Device["kind"],
    name,
    index: Number(index),
    id: `GPU-${index}`,
    visibleAs: `GPU-${index}`,
    model: "A",
    memoryBytes: 100,
    ...more,
  };
};
const cuda = (...indices: readonly number[]) => indices.map((index) => device(`cuda:${index}`));
const sharing = { trialsPerDevice: 1, devicesPerTrial: 1, bytesPerTrial: undefined };
const shape = (groups: readonly DeviceGroup[]) =>
  groups.map(({ devices, trials }) => [devices.map(({ name }) => name).join(" "), trials]);

test("devices are grouped by kind and in order, as many as a trial needs; a rest is left over", (t) => {
  const all = [...cuda(0, 1), device("rocm:0"), ...cuda(2), device("rocm:1")];
  const grouped = (devicesPerTrial: number) =>
    shape(groupDevices(all, { ...sharing, devicesPerTrial, trialsPerDevice: 3 }));
  t.deepEqual(grouped(1), [
    ["cuda:0", 3],
    ["cuda:1", 3],
    ["cuda:2", 3],
    ["rocm:0", 3],
    ["rocm:1", 3],
  ]);
  t.deepEqual(grouped(2), [
    ["cuda:0 cuda:1", 3],
    ["rocm:0 rocm:1", 3],
  ]);
  t.deepEqual(grouped(3), [["cuda:0 cuda:1 cuda:2", 3]]);
  t.throws(() => grouped(4), {
    message:
      /^devicesPerTrial=4, and there are cuda:0, cuda:1, rocm:0, cuda:2, rocm:1\. Lower devicesPerTrial/,
  });
  t.throws(() => groupDevices(cuda(0), { ...sharing, devicesPerTrial: 2 }), {
    message: /^devicesPerTrial=2, and there is cuda:0\. /,
  });
  t.deepEqual(groupDevices([], { ...sharing, devicesPerTrial: 2 }), []);
  const instance = device("cuda:0:0", { instance: 0 });
  t.deepEqual(shape(groupDevices([instance], sharing)), [["cuda:0:0", 1]]);
  t.throws(() => groupDevices([instance], { ...sharing, devicesPerTrial: 2 }), {
    message: /^devicesPerTrial=2: cuda:0:0 is a MIG instance/,
  });
});

test("no more trials share a group than its smallest device's memory holds", (t) => {
  const trials = (bytesPerTrial: number, trialsPerDevice: number, ...sizes: number[]): number => {
    const devices = sizes.map((memoryBytes, index) => device(`cuda:${index}`, { memoryBytes }));
    const [group] = groupDevices(devices, {
      ...{ bytesPerTrial, trialsPerDevice },
      devicesPerTrial: sizes.length,
    });
    return group.trials;
  };
  t.is(trials(10, 99, 100), 10);
  t.is(trials(33, 99, 100), 3);
  t.is(trials(34, 99, 100), 2);
  t.is(trials(100, 99, 100), 1);
  t.is(trials(10, 4, 100), 4);
  t.is(trials(10, 99, 100, 39), 3);
  t.throws(() => trials(101, 99, 100), {
    message: /^memoryPerTrial=101 B is more than cuda:0 \(A\) has: 100 B\. /,
  });
  const unknown = device("cuda:0", { memoryBytes: undefined });
  t.deepEqual(shape(groupDevices([unknown], { ...sharing, trialsPerDevice: 2 })), [["cuda:0", 2]]);
  t.throws(() => groupDevices([unknown], { ...sharing, bytesPerTrial: 1 }), {
    message: /^memoryPerTrial: how much memory cuda:0 has is not told here/,
  });
});

test("leases go round the groups, while a group has room", (t) => {
  const group = (index: number, trials: number) => ({ devices: cuda(index), trials });
  const names = (...groups: readonly DeviceGroup[]) =>
    gpuLeases(groups, undefined, {}).map(({ name }) => name);
  t.deepEqual(names(group(0, 3), group(1, 1), group(2, 2)), [
    ...["cuda:0", "cuda:1", "cuda:2"],
    ...["cuda:0", "cuda:2"],
    "cuda:0",
  ]);
  t.deepEqual(names(), []);
});

test("a lease shows a trial its devices alone, and where they are shared keeps memory back", (t) => {
  const growth = { TF_FORCE_GPU_ALLOW_GROWTH: "true", XLA_PYTHON_CLIENT_PREALLOCATE: "false" };
  const lease = (devices: readonly Device[], trials: number, env = {}) =>
    gpuLeases([{ devices, trials }], undefined, env)[0];
  t.deepEqual(lease(cuda(0, 3), 1), {
    name: "cuda:0,cuda:3",
    env: { CUDA_VISIBLE_DEVICES: "GPU-0,GPU-3" },
  });
  t.deepEqual(lease([device("rocm:1", { visibleAs: "1" })], 1), {
    name: "rocm:1",
    env: { HIP_VISIBLE_DEVICES: "1" },
  });
  t.deepEqual(lease([device("cuda:12", { visibleAs: "12" })], 2), {
    name: "cuda:12",
    env: { ...growth, CUDA_VISIBLE_DEVICES: "12", CUDA_DEVICE_ORDER: "PCI_BUS_ID" },
  });
  t.deepEqual(lease(cuda(0), 2, { TF_FORCE_GPU_ALLOW_GROWTH: "" }).env, {
    XLA_PYTHON_CLIENT_PREALLOCATE: "false",
    CUDA_VISIBLE_DEVICES: "GPU-0",
  });
  const lock = { take: () => ({ kind: "taken" as const, giveBack: () => undefined }) };
  const asked: (readonly Device[])[] = [];
  const lockOf = (devices: readonly Device[]) => {
    asked.push(devices);
    return lock;
  };
  const [one, two] = gpuLeases([{ devices: cuda(0, 1), trials: 2 }], { lockOf }, {});
  t.is(one.lock, lock);
  t.is(two.lock, lock);
  t.deepEqual(asked, [cuda(0, 1), cuda(0, 1)]);
});

test("a run's devices are told in one line", (t) => {
  const all = cuda(0, 1, 2, 3);
  const groups = (trials: readonly number[], perTrial = 1): DeviceGroup[] =>
    trials.map((count, at) => ({
      devices: all.slice(at * perTrial, (at + 1) * perTrial),
      trials: count,
    }));
  const told = (own: DeviceGroup[], workers?: number, places = 4) =>
    describeDevices(own, all, workers, places);
  t.is(told(groups([1, 1, 1, 1])), "4 devices: cuda:0 … cuda:3, A, one trial each");
  t.is(
    told(groups([1, 1, 1])),
    "3 devices: cuda:0, cuda:1, cuda:2, A, one trial each, cuda:3 left over",
  );
  t.is(
    told(groups([2]), 3),
    "1 device: cuda:0, A, up to 2 trials each, cuda:1, cuda:2, cuda:3 left over, the first 3 of 4 places",
  );
  t.is(told(groups([1, 1, 1, 1]), 4), "4 devices: cuda:0 … cuda:3, A, one trial each");
  t.is(
    told(groups([2, 1], 2)),
    "4 devices: cuda:0 … cuda:3, A, 2 per trial, trials at once: 2 on cuda:0, 1 on cuda:2",
  );
  t.is(told(groups([1, 1], 2)), "4 devices: cuda:0 … cuda:3, A, 2 per trial");
  t.is(told(groups([3, 3], 2)), "4 devices: cuda:0 … cuda:3, A, 2 per trial, up to 3 trials each");
  const other = device("cuda:9", { model: "B" });
  t.is(
    describeDevices(
      [
        { devices: cuda(0), trials: 1 },
        { devices: [other], trials: 1 },
      ],
      [other],
      undefined,
      2,
    ),
    "2 devices: cuda:0 A, cuda:9 B, one trial each",
  );
  const slots = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `cpu:${index}`, env: {} }));
  t.is(describeCores(slots(1)), "1 slot on cores: cpu:0, one trial each");
  t.is(describeCores(slots(3)), "3 slots on cores: cpu:0, cpu:1, cpu:2, one trial each");
  t.is(describeCores(slots(4)), "4 slots on cores: cpu:0 … cpu:3, one trial each");
});
