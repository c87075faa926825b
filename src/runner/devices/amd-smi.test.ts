import test from "ava";
import { readAmdCards } from "./amd-smi.ts";
import type { RocmCard } from "./rocm-card.ts";

const KIB = 2 ** 10;
const bare = (more: Partial<RocmCard>): RocmCard => ({
  id: "PCI-0",
  model: "AMD GPU",
  architecture: undefined,
  memoryBytes: undefined,
  freeBytes: undefined,
  utilization: undefined,
  node: undefined,
  ...more,
});
/** The cards of answers to `list`, `static` and `metric`. */
const read = (...answers: readonly unknown[]): readonly RocmCard[] | undefined =>
  readAmdCards(answers.map((answer) => JSON.stringify(answer) ?? ""));

test("a card's fields come from all three answers, the first that has one", (t) => {
  const list = [{ gpu: 0, bdf: "0000:c1:00.0", node_id: 3 }];
  const described = [
    {
      gpu: 0,
      asic: {
        market_name: "MI300X",
        asic_serial: "0xAB12",
        target_graphics_version: "GFX942",
      },
      bus: { bdf: "0000:d2:00.0" },
      vram: { size: { value: 5, unit: "MB" } },
    },
  ];
  const metric = [
    {
      gpu: 0,
      usage: { gfx_activity: { value: 42, unit: "%" } },
      mem_usage: {
        total_vram: { value: 4, unit: "MB" },
        used_vram: { value: 1, unit: "MB" },
      },
    },
  ];
  const whole = bare({
    ...{ id: "GPU-ab12", model: "MI300X", architecture: "gfx942", node: 3 },
    ...{ memoryBytes: 4 * KIB ** 2, freeBytes: 3 * KIB ** 2, utilization: 42 },
  });
  t.deepEqual(read(list, described, metric), [whole]);
  const unmeasured = { ...whole, freeBytes: undefined, utilization: undefined };
  t.deepEqual(read(list, described, undefined), [{ ...unmeasured, memoryBytes: 5 * KIB ** 2 }]);
  t.deepEqual(read(list), [bare({ id: "PCI-0000:C1:00.0", node: 3 })]);
  t.deepEqual(read(undefined, described), [
    { ...unmeasured, memoryBytes: 5 * KIB ** 2, node: undefined },
  ]);
  t.deepEqual(read(undefined, [{ gpu: 0, bus: { bdf: "0000:d2:00.0" } }]), [
    bare({ id: "PCI-0000:D2:00.0" }),
  ]);
  t.is(read(undefined, undefined, metric), undefined, "a load alone is no list of cards");
});

test("sizes are read in their unit; a number alone, and an unknown unit, count in MB", (t) => {
  const cases: readonly (readonly [unknown, number | undefined])[] = [
    [{ value: 7, unit: "B" }, 7],
    [{ value: 7, unit: "KB" }, 7 * KIB],
    [{ value: 7, unit: "kb" }, 7 * KIB],
    [{ value: 7, unit: "MB" }, 7 * KIB ** 2],
    [{ value: 7, unit: "" }, 7 * KIB ** 2],
    [{ value: 7 }, 7 * KIB ** 2],
    [{ value: "7", unit: "GB" }, 7 * KIB ** 3],
    [{ value: 7, unit: "pages" }, 7 * KIB ** 2],
    [7, 7 * KIB ** 2],
    ["7 MB", 7 * KIB ** 2],
    [0, 0],
    ["N/A", undefined],
    ["", undefined],
    ["none", undefined],
    [null, undefined],
    [true, undefined],
    [{ value: null, unit: "MB" }, undefined],
  ];
  for (const [size, bytes] of cases) {
    const label = JSON.stringify(size);
    t.deepEqual(read([{ gpu: 0, vram: { size } }]), [bare({ memoryBytes: bytes })], label);
    const used = read([{ gpu: 0, mem_usage: { total_vram: "9 GB", used_vram: size } }]);
    const total = 9 * KIB ** 2;
    t.deepEqual(
      used,
      [bare({ memoryBytes: total, freeBytes: bytes === undefined ? undefined : total - bytes })],
      label,
    );
  }
  t.deepEqual(read([{ gpu: 0, mem_usage: { used_vram: 1 } }]), [bare({})], "used of what?");
});

test("cards come by index from whichever answer has them; warnings may precede the answer", (t) => {
  const ids = (cards: readonly RocmCard[] | undefined) => cards?.map(({ id }) => id);
  const list = { gpu_data: [{ gpu: 10, bdf: "c" }, { gpu: 2, bdf: "b" }, { bdf: "none" }] };
  t.deepEqual(ids(read(list, [{ gpu: "0", bus: { bdf: "a" } }])), ["PCI-A", "PCI-B", "PCI-C"]);
  const warned = `WARNING: [0] low power\n${JSON.stringify(list)}`;
  t.deepEqual(ids(readAmdCards([warned])), ["PCI-B", "PCI-C"]);
  t.deepEqual(readAmdCards(["[]"]), []);
  t.deepEqual(readAmdCards(["no JSON", "[ ]"]), []);
  for (const text of ["", "no JSON", "{}", '{"gpu_data": 3}', '[{"gpu": 0}']) {
    t.is(readAmdCards([text, text, "[]"]), undefined, text);
  }
});
