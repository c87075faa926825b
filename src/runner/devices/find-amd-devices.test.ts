import test from "ava";
import { AMD_SMI, machine, TWO_ROCM_CARDS } from "../fixtures/smi-programs.ts";
import type { Environment } from "./device.ts";
import { findDevices } from "./find-devices.ts";
import { isIntegrated } from "./rocm-card.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const found = (env: Environment) => findDevices({ env });

test("ROCm cards are counted as HIP counts them, through both of its variables", async (t) => {
  const rocm = (env: Environment) => found(machine({ "rocm-smi": TWO_ROCM_CARDS }, env));
  const { devices } = await rocm({});
  t.deepEqual(
    devices.map(({ name, id, visibleAs, memoryBytes }) => [name, id, visibleAs, memoryBytes]),
    [
      ["rocm:0", "GPU-1f9de0957d137942", "0", 68702699520],
      ["rocm:1", "PCI-0000:0C:00.0", "1", 17163091968],
    ],
  );
  t.deepEqual(
    devices.map(({ freeBytes }) => freeBytes),
    [68702699520 - 11137024, 17163091968 - 692142080],
  );
  for (const unknown of ["Total", "Total Used"]) {
    const programs = TWO_ROCM_CARDS.map((answer) => ({
      ...answer,
      stdout: answer.stdout!.replaceAll(`"VRAM ${unknown} Memory (B)"`, '"other"'),
    }));
    const { devices: some } = await found(machine({ "rocm-smi": programs }, {}));
    t.true(some.length === 2 && some.every(({ freeBytes }) => freeBytes === undefined), unknown);
  }
  const low = await rocm({ ROCR_VISIBLE_DEVICES: "1" });
  t.deepEqual(
    low.devices.map(({ name, visibleAs }) => [name, visibleAs]),
    [["rocm:1", "0"]],
    "HIP counts what ROCR leaves",
  );
  const high = await rocm({ ROCR_VISIBLE_DEVICES: "1,0", HIP_VISIBLE_DEVICES: "1" });
  t.deepEqual(
    high.devices.map(({ name, visibleAs }) => [name, visibleAs]),
    [["rocm:0", "1"]],
  );
  t.deepEqual((await rocm({ CUDA_VISIBLE_DEVICES: "0" })).hidden[0].device.name, "rocm:1");
  const both = await rocm({ CUDA_VISIBLE_DEVICES: "0", HIP_VISIBLE_DEVICES: "1" });
  t.deepEqual(
    both.devices.map(({ name }) => name),
    ["rocm:1"],
    "HIP's own variable comes first",
  );
});

test("cards are found by amd-smi alone, with the ids that rocm-smi gives, in HIP's order", async (t) => {
  const both = await found(machine({ "amd-smi": AMD_SMI }));
  t.deepEqual(both.errors, []);
  t.deepEqual(
    both.devices.map(({ name, id, model, memoryBytes, freeBytes, utilization, isIntegrated }) => ({
      name,
      id,
      model,
      memoryBytes,
      freeBytes,
      utilization,
      isIntegrated,
    })),
    [
      {
        name: "rocm:0",
        id: "GPU-1f9de0957d137942",
        model: "AMD Instinct MI210",
        memoryBytes: 65520 * MIB,
        freeBytes: 65000 * MIB,
        utilization: 7,
        isIntegrated: undefined,
      },
      {
        name: "rocm:1",
        id: "PCI-0000:0C:00.0",
        model: "AMD Radeon Graphics",
        memoryBytes: 512 * MIB,
        freeBytes: 472 * MIB,
        utilization: undefined,
        isIntegrated: true,
      },
    ],
  );
  const [list] = AMD_SMI;
  const bare = await found(machine({ "amd-smi": [list] }));
  t.deepEqual(
    bare.devices.map(({ id }) => id),
    ["PCI-0000:03:00.0", "PCI-0000:0C:00.0"],
  );
  const listed = [10, 2, 0].map((gpu) => ({
    gpu,
    bdf: `0000:${String(gpu).padStart(2, "0")}:00.0`,
  }));
  const unordered = [{ match: "list", stdout: `${JSON.stringify(listed)}\n` }];
  t.deepEqual(
    (await found(machine({ "amd-smi": unordered }))).devices.map(({ id }) => id),
    ["PCI-0000:00:00.0", "PCI-0000:02:00.0", "PCI-0000:10:00.0"],
    "whose node is not known, by their number",
  );
  const broken = [{ match: "", stderr: "no amdgpu driver\n", code: 1 }];
  const { errors } = await found(machine({ "amd-smi": broken }));
  t.regex(errors[0].message, /^amd-smi failed \(exit code 1\): no amdgpu driver/);
  const old = await found(machine({ "rocm-smi": broken, "amd-smi": AMD_SMI }));
  t.deepEqual([old.devices.length, old.errors], [2, []]);
});

test("a processor's graphics are told from cards", (t) => {
  const integrated = [
    { architecture: "gfx1036", model: "Radeon RX 7900" },
    { model: "Raphael" },
    { model: "Radeon RX Vega 8 Graphics [Renoir]" },
    { model: "AMD Radeon 780M Graphics" },
    { model: "AMD Radeon(TM) Graphics", memoryBytes: 2 ** 29 },
  ];
  const cards = [
    { architecture: "gfx942", model: "AMD Instinct MI300A" },
    { architecture: "gfx1034", model: "Navi 24" },
    { model: "AMD Radeon Graphics", memoryBytes: 16 * GIB },
    { model: "Radeon VII" },
    { model: "Navi 21 [Radeon RX 6800]" },
  ];
  for (const card of integrated) t.true(isIntegrated({ id: "", ...card }), card.model);
  for (const card of cards) t.false(isIntegrated({ id: "", ...card }), card.model);
});
