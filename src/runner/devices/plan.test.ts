import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import {
  AMD_SMI,
  DRIVER_ERROR,
  FOUR_CARDS,
  machine,
  PARTITIONED,
  TWO_ROCM_CARDS,
} from "../fixtures/smi-programs.ts";
import { planDevices, type DeviceNeeds } from "./plan.ts";

const four = machine({ "nvidia-smi": FOUR_CARDS });
const none = machine({});
const plan = (needs: Partial<DeviceNeeds>) => planDevices({ study: "s", env: four, ...needs });
const names = async (needs: Partial<DeviceNeeds>): Promise<string[]> =>
  (await plan(needs)).leases!.map(({ name }) => name);

test("a command takes all GPUs, one trial each, and says so; other objectives take none", async (t) => {
  const { leases, workers, lines, notes } = await plan({ isAutomatic: true });
  t.deepEqual(
    leases!.map(({ name, env }) => [name, env]),
    [0, 1, 2, 3].map((index) => [
      `cuda:${index}`,
      { CUDA_VISIBLE_DEVICES: `GPU-${index}c89852c-d268-c3f3-1b07-005d5ae1dc3f` },
    ]),
  );
  t.true(
    leases!.every(({ lock }) => lock !== undefined),
    "no other run takes them meanwhile",
  );
  const shared = await plan({ isAutomatic: true, shareDevices: true });
  t.true(shared.leases!.every(({ lock }) => lock === undefined));
  t.is(workers, 4);
  t.deepEqual(lines, ["4 devices: cuda:0 … cuda:3, NVIDIA H100 80GB HBM3, one trial each"]);
  t.deepEqual(notes, []);
  t.is((await plan({})).leases, undefined);
  t.is((await plan({ isAutomatic: true, devices: "none" })).leases, undefined);
});

test("without GPUs a command runs as ever, unless something was asked of them", async (t) => {
  const { leases, workers, lines } = await plan({ env: none, isAutomatic: true, workers: 3 });
  t.deepEqual([leases, workers, lines], [undefined, 3, []]);
  await t.throwsAsync(plan({ env: none, isAutomatic: true, devicesPerTrial: 2 }), {
    instanceOf: HpoError,
    message: /devicesPerTrial=2: there is no GPU\. Neither nvidia-smi nor rocm-smi.*--devices none/,
  });
  await t.throwsAsync(plan({ env: none, devices: "cuda" }), {
    message: /cuda: nvidia-smi finds no such device.*cpu:4/,
  });
});

test("a broken driver is an error for who asked for devices, a note for who did not", async (t) => {
  const env = machine({ "nvidia-smi": DRIVER_ERROR });
  const unasked = await plan({ env, isAutomatic: true });
  t.is(unasked.leases, undefined);
  t.regex(unasked.notes[0], /nvidia-smi failed/);
  await t.throwsAsync(plan({ env, devices: "auto" }), { message: /nvidia-smi failed/ });
});

test("devices are chosen by name, UUID or kind, in the order given", async (t) => {
  t.deepEqual(await names({ devices: "cuda:2,cuda:0" }), ["cuda:2", "cuda:0"]);
  t.deepEqual(await names({ devices: ["GPU-3c89"] }), ["cuda:3"]);
  t.is((await names({ devices: "cuda" })).length, 4);
  const env = machine({ "nvidia-smi": PARTITIONED, "rocm-smi": TWO_ROCM_CARDS });
  const mixed = await plan({ env, devices: "cuda:0:1,rocm:0" });
  t.deepEqual(
    mixed.leases!.map(({ env: own }) => own),
    [
      { CUDA_VISIBLE_DEVICES: "MIG-3d4db13e-c42d-5555-98f4-8b50389791bc" },
      { HIP_VISIBLE_DEVICES: "0" },
    ],
  );
});

test("what is not there, hidden, double or no device is named, with what there is", async (t) => {
  const wrong = async (needs: Partial<DeviceNeeds>, message: RegExp): Promise<void> => {
    await t.throwsAsync(plan(needs), { instanceOf: HpoError, message });
  };
  await wrong({ devices: "cuda:4" }, /there is no cuda:4\. Choose among cuda:0, cuda:1, cuda:2/);
  await wrong({ devices: "cuda:1,cuda:1" }, /cuda:1 is named twice/);
  await wrong({ devices: "gpu" }, /"gpu" is no device\. Give auto, none, cuda/);
  await wrong({ devices: "auto,cuda:0" }, /joins auto or none with others/);
  await wrong({ devices: "GPU-" }, /"GPU-" is no device/);
  await wrong({ trialsPerDevice: 2 }, /trialsPerDevice=2: no devices are asked for/);
  await wrong({ devices: "cuda", trialsPerDevice: 0 }, /trialsPerDevice=0 must be an integer/);
  await wrong(
    { devices: "cuda", memoryPerTrial: "12 foo" },
    /memoryPerTrial="12 foo" must be a size/,
  );
  const hiding = machine({ "nvidia-smi": FOUR_CARDS }, { CUDA_VISIBLE_DEVICES: "2" });
  await wrong(
    { env: hiding, devices: "cuda:1" },
    /cuda:1 is hidden by CUDA_VISIBLE_DEVICES=2.*Choose among cuda:2/,
  );
  const cut = machine({ "nvidia-smi": PARTITIONED });
  await wrong({ env: cut, devices: "cuda:0" }, /cut into MIG instances.*cuda:0:0, cuda:0:1/);
  await wrong({ env: cut, devices: "cuda", devicesPerTrial: 2 }, /cuda:0:0 is a MIG instance/);
});

test("shares go round the devices, and frameworks are kept from taking a whole card", async (t) => {
  const { leases, lines } = await plan({ devices: "cuda:0,cuda:1", trialsPerDevice: 2 });
  t.deepEqual(
    leases!.map(({ name }) => name),
    ["cuda:0", "cuda:1", "cuda:0", "cuda:1"],
  );
  t.like(leases![0].env, {
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    XLA_PYTHON_CLIENT_PREALLOCATE: "false",
  });
  t.regex(lines[0], /2 devices: cuda:0, cuda:1, .*, up to 2 trials each/);
  const env = { ...four, XLA_PYTHON_CLIENT_PREALLOCATE: "true" };
  const own = await plan({ env, devices: "cuda", trialsPerDevice: 2 });
  t.false("XLA_PYTHON_CLIENT_PREALLOCATE" in own.leases![0].env, "the user's own stands");
});

test("a trial gets several devices, for torchrun; what is left over is said", async (t) => {
  const two = await plan({ devices: "cuda", devicesPerTrial: 2 });
  t.deepEqual(
    two.leases!.map(({ name, env }) => [name, env["CUDA_VISIBLE_DEVICES"].split(",").length]),
    [
      ["cuda:0,cuda:1", 2],
      ["cuda:2,cuda:3", 2],
    ],
  );
  t.regex((await plan({ devices: "cuda", devicesPerTrial: 3 })).lines[0], /cuda:3 left over/);
  await t.throwsAsync(plan({ devices: "cuda:0", devicesPerTrial: 2 }), {
    message: /devicesPerTrial=2, and there is cuda:0\. Lower/,
  });
});

test("no more trials share a card than its memory holds; one too small is named", async (t) => {
  const shares = async (memoryPerTrial: string | number, trialsPerDevice = 8): Promise<number> =>
    (await names({ devices: "cuda:0", trialsPerDevice, memoryPerTrial })).length;
  t.is(await shares("12GiB"), 6, "79.2 GiB hold six");
  t.is(await shares("12GiB", 2), 2);
  t.is(await shares("60GiB"), 1, "one trial may take most of it");
  t.is(await shares(40e9), 2);
  await t.throwsAsync(shares("80GiB"), {
    message: /memoryPerTrial=80 GiB is more than cuda:0 \(NVIDIA H100 80GB HBM3\) has: 79\.2 GiB/,
  });
  const env = machine({
    "nvidia-smi": [
      { match: "--query-gpu", stdout: "0, GPU-a, T4, [N/A], [N/A], 0, [N/A], [N/A]\n" },
    ],
  });
  await t.throwsAsync(plan({ env, devices: "cuda", memoryPerTrial: "1GiB" }), {
    message: /how much memory cuda:0 has is not told here/,
  });
});

test("fewer workers use the first places; more are an error, or share where nothing was asked", async (t) => {
  t.deepEqual(await names({ devices: "cuda", workers: 2 }), ["cuda:0", "cuda:1"]);
  await t.throwsAsync(plan({ devices: "cuda", workers: 6 }), {
    instanceOf: HpoError,
    message: /workers=6, and the devices have 4 places\. Set workers=4.*trialsPerDevice=2/,
  });
  await t.throwsAsync(plan({ devices: "cuda:1", workers: 3 }), {
    message: /workers=3, and the devices have 1 place\. Set workers=1.*trialsPerDevice=3/,
  });
  const shared = await plan({ isAutomatic: true, workers: 6 });
  t.deepEqual(
    shared.leases!.map(({ name }) => name),
    ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cuda:0", "cuda:1"],
  );
});

test("a card without a UUID is bound by its index as nvidia-smi counts; a sick one is refused", async (t) => {
  const stdout =
    "0, [N/A], Orin, [N/A], [N/A], [N/A], [N/A], [N/A]\n" +
    "1, [N/A], Orin, [GPU requires reset], [N/A], [N/A], [N/A], [N/A]\n";
  const env = machine({ "nvidia-smi": [{ match: "--query-gpu", stdout }] });
  const { leases, notes } = await plan({ env, isAutomatic: true });
  t.deepEqual(
    leases!.map((lease) => lease.env),
    [{ CUDA_VISIBLE_DEVICES: "0", CUDA_DEVICE_ORDER: "PCI_BUS_ID" }],
  );
  t.regex(notes.join("\n"), /cuda:1 is not used: GPU requires reset/);
  await t.throwsAsync(plan({ env, devices: "cuda:1" }), {
    instanceOf: HpoError,
    message: /cuda:1 can't be used: GPU requires reset\. Reset it .*, or choose others/,
  });
});

test("a processor's graphics get no trial unless they are asked for", async (t) => {
  const both = machine({ "amd-smi": AMD_SMI });
  const { leases, notes } = await plan({ env: both, isAutomatic: true });
  t.deepEqual(
    leases!.map(({ name }) => name),
    ["rocm:0"],
  );
  t.regex(notes[0], /^rocm:1 \(AMD Radeon Graphics\) is integrated .* --devices rocm:1\.$/);
  t.deepEqual(await names({ env: both, devices: "rocm" }), ["rocm:0"]);
  t.deepEqual(await names({ env: both, devices: "rocm:1" }), ["rocm:1"]);
  const alone = machine({ "amd-smi": AMD_SMI }, { ROCR_VISIBLE_DEVICES: "1" });
  t.is((await plan({ env: alone, isAutomatic: true })).leases, undefined);
  t.deepEqual(await names({ env: alone, devices: "rocm" }), ["rocm:1"]);
  await t.throwsAsync(plan({ env: alone, isAutomatic: true, devicesPerTrial: 1 }), {
    message: /there is no GPU\. rocm:1 .*is integrated.*--devices rocm:1/,
  });
});
