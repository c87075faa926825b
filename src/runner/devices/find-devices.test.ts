import { chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import {
  DRIVER_ERROR,
  FOUR_CARDS,
  h100,
  machine,
  PARTITIONED,
  TWO_ROCM_CARDS,
} from "../fixtures/smi-programs.ts";
import type { Environment } from "./device.ts";
import { findDevices } from "./find-devices.ts";
import { nvidiaDevices } from "./nvidia.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const found = (env: Environment) => findDevices({ env });
const names = async (env: Environment): Promise<string[]> =>
  (await found(env)).devices.map(({ name }) => name);

test("cards are found with their UUID, model, memory and load", async (t) => {
  const { devices, hidden, notes, errors } = await found(machine({ "nvidia-smi": FOUR_CARDS }));
  t.deepEqual([hidden, notes, errors], [[], [], []]);
  t.deepEqual(
    devices.map(({ name, utilization }) => [name, utilization]),
    [
      ["cuda:0", 0],
      ["cuda:1", 97],
      ["cuda:2", 0],
      ["cuda:3", 0],
    ],
  );
  t.like(devices[1], {
    id: "GPU-1c89852c-d268-c3f3-1b07-005d5ae1dc3f",
    visibleAs: "GPU-1c89852c-d268-c3f3-1b07-005d5ae1dc3f",
    model: "NVIDIA H100 80GB HBM3",
    memoryBytes: (81559 - 480) * MIB,
    freeBytes: (81079 - 77600) * MIB,
  });
});

test("MIG instances are devices of their own, with memory the container may not read from the card", async (t) => {
  const { devices } = await found(machine({ "nvidia-smi": PARTITIONED }));
  t.deepEqual(
    devices.map(({ name, model, memoryBytes, freeBytes, visibleAs }) => ({
      name,
      model,
      memoryBytes,
      freeBytes,
      visibleAs,
    })),
    [
      {
        name: "cuda:0:0",
        model: "NVIDIA A100-SXM4-40GB MIG 3g.20gb",
        memoryBytes: 20096 * MIB,
        freeBytes: 20000 * MIB,
        visibleAs: "MIG-fb42055e-9e53-5764-9278-438605a3014c",
      },
      {
        name: "cuda:0:1",
        model: "NVIDIA A100-SXM4-40GB MIG 1g.5gb",
        memoryBytes: 4864 * MIB,
        freeBytes: 4861 * MIB,
        visibleAs: "MIG-3d4db13e-c42d-5555-98f4-8b50389791bc",
      },
      {
        name: "cuda:1",
        model: "NVIDIA A100-SXM4-40GB",
        memoryBytes: 40 * GIB,
        freeBytes: 40536 * MIB,
        visibleAs: "GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f",
      },
    ],
  );
});

test("a card in MIG mode without an instance is no device, and the remedy is told", async (t) => {
  const card = h100(0).replace("Disabled", "Enabled") + h100(1);
  const env = machine({ "nvidia-smi": [{ match: "--query-gpu", stdout: card }] });
  const { devices, notes } = await found(env);
  t.deepEqual(
    devices.map(({ name }) => name),
    ["cuda:1"],
  );
  t.regex(notes[0], /^cuda:0 is in MIG mode without an instance.*nvidia-smi mig -cgi/);
});

test("CUDA_VISIBLE_DEVICES is read as CUDA reads it", async (t) => {
  const four = (value: string) =>
    names(machine({ "nvidia-smi": FOUR_CARDS }, { CUDA_VISIBLE_DEVICES: value }));
  t.deepEqual(await four("2,1"), ["cuda:2", "cuda:1"]);
  t.deepEqual(await four("GPU-3c89,0"), ["cuda:3", "cuda:0"]);
  t.deepEqual(await four("0,2,-1,1"), ["cuda:0", "cuda:2"]);
  t.deepEqual(await four(""), []);
  t.deepEqual(await four("-1"), []);
  t.deepEqual(await four("NoDevFiles"), []);
  t.deepEqual(await four("1,0,1"), [], "CUDA refuses a list that repeats a card");
  const mig = (value: string) =>
    names(machine({ "nvidia-smi": PARTITIONED }, { CUDA_VISIBLE_DEVICES: value }));
  t.deepEqual(await mig("MIG-3d4db13e-c42d-5555-98f4-8b50389791bc"), ["cuda:0:1"]);
  t.deepEqual(await mig("0"), ["cuda:0:0"], "CUDA takes a card's first instance");
});

test("what is hidden is told with what hides it; a name of no device is told, too", async (t) => {
  const env = machine({ "nvidia-smi": FOUR_CARDS }, { CUDA_VISIBLE_DEVICES: "3,7,0" });
  const { devices, hidden, notes } = await found(env);
  t.deepEqual(
    devices.map(({ name }) => name),
    ["cuda:3"],
  );
  t.deepEqual(
    hidden.map(({ device, hiddenBy }) => `${device.name} ${hiddenBy}`),
    ["cuda:0", "cuda:1", "cuda:2"].map((name) => `${name} CUDA_VISIBLE_DEVICES=3,7,0`),
  );
  t.regex(notes[0], /CUDA_VISIBLE_DEVICES=3,7,0: "7" names none of cuda:0, cuda:1, cuda:2, cuda:3/);
  const twice = await found(machine({ "nvidia-smi": FOUR_CARDS }, { CUDA_VISIBLE_DEVICES: "2,2" }));
  t.regex(twice.notes[0], /CUDA_VISIBLE_DEVICES=2,2 names cuda:2 twice.*Name it once\.$/);
  t.is(twice.hidden.length, 4);
});

test("indices among cards of different models are told to be ambiguous", async (t) => {
  const stdout = h100(0) + h100(1).replace("NVIDIA H100 80GB HBM3", "NVIDIA L4");
  const programs = { "nvidia-smi": [{ match: "--query-gpu", stdout }] };
  const noted = async (env: Environment): Promise<number> =>
    (await found(machine(programs, env))).notes.filter((note) => /CUDA_DEVICE_ORDER/.test(note))
      .length;
  t.is(await noted({ CUDA_VISIBLE_DEVICES: "1" }), 1);
  t.is(await noted({ CUDA_VISIBLE_DEVICES: "GPU-1c89" }), 0);
  t.is(await noted({ CUDA_VISIBLE_DEVICES: "1", CUDA_DEVICE_ORDER: "PCI_BUS_ID" }), 0);
});

test("fields that the driver does not tell stay unknown; a card that fell off the bus is told", async (t) => {
  const stdout =
    "0, GPU-aa, Tesla K80, [N/A], [Not Supported], [Unknown Error], [N/A], [N/A]\n" +
    "Unable to determine the device handle for GPU1: 0000:5F:00.0: Unknown Error\n";
  const env = machine({ "nvidia-smi": [{ match: "--query-gpu", stdout, code: 15 }] });
  const { devices, notes } = await found(env);
  t.like(devices[0], { name: "cuda:0", memoryBytes: undefined, utilization: undefined });
  t.deepEqual(notes, [
    "cuda:1 is not used: Unable to determine the device handle for GPU1: 0000:5F:00.0: Unknown Error. " +
      "Restart the machine, and look for Xid in the kernel's log (dmesg).",
  ]);
});

test("a card of which the driver knows nothing, or has no handle, gets no trial, and that is told", async (t) => {
  const knows = (field: string): string =>
    `1, ${field}, ${field}, ${field}, ${field}, ${field}, ${field}, ${field}\n`;
  for (const field of ["[Unknown Error]", "[GPU requires reset]", "[GPU is lost]", "ERR!"]) {
    const stdout = h100(0) + knows(field) + h100(2);
    const { devices, unusable, notes } = await found(
      machine({ "nvidia-smi": [{ match: "--query-gpu", stdout }] }),
    );
    t.deepEqual(
      devices.map(({ name }) => name),
      ["cuda:0", "cuda:2"],
      field,
    );
    t.deepEqual(
      unusable.map(({ device }) => device.name),
      ["cuda:1"],
    );
    t.regex(notes.join("\n"), /^cuda:1 is not used: .*Reset it \(nvidia-smi --gpu-reset -i 1\)/);
  }
  const lost =
    "Unable to determine the device handle for GPU0000:83:00.0: GPU is lost.  Reboot the system to recover this GPU\n";
  const byPlace = { match: "--query-gpu", stdout: h100(0), stderr: lost, code: 15 };
  const { devices, notes } = await found(machine({ "nvidia-smi": [byPlace] }));
  t.is(devices.length, 1);
  t.deepEqual(notes, [
    "The card at 0000:83:00.0 is not used: Unable to determine the device handle for GPU0000:83:00.0: GPU is lost. " +
      "Reboot the system to recover this GPU. Restart the machine, and look for Xid in the kernel's log (dmesg).",
  ]);
  const named = "Unable to determine the device handle for GPU 0: Unknown Error\n";
  const listed = { match: "--query-gpu", stdout: h100(0) + h100(1), stderr: named };
  const { devices: others } = await found(machine({ "nvidia-smi": [listed] }));
  t.deepEqual(
    others.map(({ name }) => name),
    ["cuda:1"],
  );
});

test("older drivers are asked without what they don't know", async (t) => {
  const unknown = (field: string) => ({
    match: field,
    stdout: `Field "${field}" is not a valid field to query.\n\n`,
    code: 2,
  });
  const line = "0, GPU-aa, Tesla V100-SXM2-16GB, 16160, 16000, 1";
  const without = (more: string, ...fields: string[]) =>
    found(
      machine({
        "nvidia-smi": [
          ...fields.map(unknown),
          { match: "--query-gpu", stdout: `${line}${more}\n` },
        ],
      }),
    );
  for (const { devices } of [
    await without(", [N/A]", "memory.reserved"),
    await without("", "memory.reserved", "mig.mode.current"),
  ]) {
    t.like(devices[0], { model: "Tesla V100-SXM2-16GB", memoryBytes: 16160 * MIB });
  }
});

test("without programs, or with programs that find nothing, there are no devices and no errors", async (t) => {
  const none = [{ match: "", stdout: "No devices were found\n", code: 6 }];
  const noJson = [{ match: "", stderr: "WARNING: No JSON data to report\n", code: 0 }];
  for (const env of [machine({}), machine({ "nvidia-smi": none, "rocm-smi": noJson })]) {
    const { devices, errors, notes } = await found(env);
    t.deepEqual([devices, errors, notes], [[], [], []]);
  }
});

test("a program that fails is named with its words and the remedy; the other's cards are found", async (t) => {
  const env = machine({ "nvidia-smi": DRIVER_ERROR, "rocm-smi": TWO_ROCM_CARDS });
  const { devices, errors } = await found(env);
  t.is(devices.length, 2);
  t.regex(
    errors[0].message,
    /^nvidia-smi failed \(exit code 9\): NVIDIA-SMI has failed because it couldn't communicate .*Repair the driver, or pass --devices none/,
  );
});

test("a program that hangs is given up in time", async (t) => {
  const env = machine({ "nvidia-smi": [{ match: "", hangs: true }] });
  await t.throwsAsync(nvidiaDevices({ env, timeoutMs: 200 }), {
    instanceOf: HpoError,
    message: /nvidia-smi did not answer within 0\.2 s.*by hand.*--devices none/,
  });
});

test("cards without a UUID are bound by index; one that needs a reset is not used, and told", async (t) => {
  const jetson = "0, [N/A], Orin (nvgpu), [N/A], [N/A], [N/A], [N/A], [N/A]\n";
  const one = await found(machine({ "nvidia-smi": [{ match: "--query-gpu", stdout: jetson }] }));
  t.like(one.devices[0], { name: "cuda:0", id: "cuda-0", visibleAs: "0", model: "Orin (nvgpu)" });
  t.regex(one.notes[0], /no UUID of cuda:0: trials are bound to cards by their indices/);
  const sick =
    "1, GPU-1c89852c, NVIDIA A100, [GPU requires reset], [GPU requires reset], [GPU requires reset], [N/A], [N/A]\n";
  const mixed =
    h100(0) + sick + "2, [Unknown Error], NVIDIA H100 80GB HBM3, 81559, 81000, 0, Disabled, 480\n";
  const env = machine({ "nvidia-smi": [{ match: "--query-gpu", stdout: mixed }] });
  const { devices, unusable, notes } = await found(env);
  t.deepEqual(
    devices.map(({ name, visibleAs }) => [name, visibleAs]),
    [
      ["cuda:0", "0"],
      ["cuda:2", "2"],
    ],
    "a list for CUDA is of one kind",
  );
  t.deepEqual(
    unusable.map(({ device, problem }) => [device.name, problem]),
    [["cuda:1", "GPU requires reset"]],
  );
  t.regex(
    notes[0],
    /^cuda:1 is not used: GPU requires reset\. Reset it \(nvidia-smi --gpu-reset -i 1\)/,
  );
});

test("a program that is there and can't be started is no machine without cards", async (t) => {
  const env = machine({ "nvidia-smi": [] });
  chmodSync(join(dirname(env.HPO_RUNTIME_DIR), "bin", "nvidia-smi"), 0o644);
  const { devices, errors } = await found(env);
  t.deepEqual(devices, []);
  t.regex(errors[0].message, /^nvidia-smi can't be run: .*EACCES.* Repair its installation\.$/);
});
