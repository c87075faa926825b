import test from "ava";
import {
  lostCard,
  parseCards,
  parseInstanceMemory,
  parseInstances,
  type NvidiaCard,
} from "./nvidia-output.ts";

const MIB = 2 ** 20;
const card = (more: Partial<NvidiaCard>): NvidiaCard => ({
  index: 0,
  model: "T4",
  memoryBytes: undefined,
  freeBytes: undefined,
  utilization: undefined,
  isPartitioned: false,
  ...more,
});

test("each line of the cards' table is a card with all its fields, or a complaint", (t) => {
  const cases: readonly (readonly [string, number, NvidiaCard | string])[] = [
    [
      "0, GPU-1a, T4, 100, 60, 7",
      0,
      card({ uuid: "GPU-1a", memoryBytes: 100 * MIB, freeBytes: 60 * MIB, utilization: 7 }),
    ],
    [
      "12, gpu-1a, T4, 100, 60, 7, Enabled",
      1,
      card({
        ...{ index: 12, uuid: "gpu-1a", isPartitioned: true },
        ...{ memoryBytes: 100 * MIB, freeBytes: 60 * MIB, utilization: 7 },
      }),
    ],
    [
      "1, GPU-1a, T4, 100, 60, 7, Disabled, 30",
      2,
      card({
        ...{ index: 1, uuid: "GPU-1a" },
        ...{ memoryBytes: 70 * MIB, freeBytes: 60 * MIB, utilization: 7 },
      }),
    ],
    [
      "1, GPU-1a, T4, 100, 60, 7, Disabled, [N/A]",
      2,
      card({
        ...{ index: 1, uuid: "GPU-1a" },
        ...{ memoryBytes: 100 * MIB, freeBytes: 60 * MIB, utilization: 7 },
      }),
    ],
    ["0, [N/A], T4, [N/A], [N/A], [N/A]", 0, card({})],
    ["0, GPU-, T4, 1, 0, 0", 0, card({ memoryBytes: MIB, freeBytes: 0, utilization: 0 })],
    [
      "0, GPU-1a, Graphics, Big, 1, 1, 1",
      0,
      card({
        ...{ uuid: "GPU-1a", model: "Graphics, Big" },
        ...{ memoryBytes: MIB, freeBytes: MIB, utilization: 1 },
      }),
    ],
    [
      "0, [GPU requires reset], T4, [GPU requires reset], [N/A], [N/A]",
      0,
      card({ problem: "GPU requires reset" }),
    ],
    ["0, [N/A], T4, [N/A], [N/A], GPU is lost", 0, card({ problem: "GPU is lost" })],
    [
      "0, [N/A], T4, [Unknown Error], ERR!, [Unknown Error]",
      0,
      card({ problem: "its driver answers with errors" }),
    ],
    ["0, [N/A], T4, [Unknown Error], 60, ERR!", 0, card({ freeBytes: 60 * MIB })],
    ["NVIDIA-SMI has failed", 0, "NVIDIA-SMI has failed"],
    ["1, GPU-1a, 5, 6, 7", 0, "1, GPU-1a, 5, 6, 7"],
    ["x, GPU-1a, T4, 5, 6, 7", 0, "x, GPU-1a, T4, 5, 6, 7"],
    ["no, card, at, all, of, them, here", 0, "no, card, at, all, of, them, here"],
  ];
  for (const [line, newer, expected] of cases) {
    const read = parseCards(`\n  ${line}  \n\n`, newer);
    t.deepEqual(
      read,
      typeof expected === "string"
        ? { cards: [], complaints: [expected] }
        : { cards: [expected], complaints: [] },
      line,
    );
  }
  const both = parseCards("0, GPU-1a, A, 1, 1, 1\nWARNING: odd\n1, GPU-2b, B, 1, 1, 1\n", 0);
  t.deepEqual(
    [both.cards.map(({ model }) => model), both.complaints],
    [["A", "B"], ["WARNING: odd"]],
  );
});

test("a card without a handle is known by its index, its place, or neither", (t) => {
  const said = "Unable to determine the device handle for";
  const cases: readonly (readonly [string, number | undefined, string])[] = [
    [`${said} GPU 0000:3B:00.0: Unknown Error.`, undefined, "0000:3B:00.0"],
    [`${said} GPU2: 0000:3B:00.0: Unknown Error`, 2, "0000:3B:00.0"],
    [`${said} GPU 15: 00000000:AF:00.0: GPU is lost.`, 15, "00000000:AF:00.0"],
    [`${said} the card.`, undefined, "an unknown place"],
  ];
  for (const [line, index, place] of cases) {
    const lost = lostCard(`  ${line}\n`);
    t.is(lost?.index, index, line);
    t.is(lost?.place.replace(/:$/, ""), place, line);
    t.is(lost?.problem, line.replace(/\.$/, ""));
    t.is("index" in lost!, index !== undefined);
  }
  t.is(lostCard("No devices were found"), undefined);
});

test("MIG instances belong to the card above them; what has none above it is left out", (t) => {
  const text = [
    "  MIG 1g.5gb      Device  9: (UUID: MIG-orphan)",
    "GPU 0: NVIDIA A100 (UUID: GPU-a)",
    "  MIG 1g.5gb      Device  0: (UUID: MIG-0)",
    "  MIG 3g.20gb     Device  1: (UUID: MIG-1)",
    "something else",
    "GPU 3: NVIDIA A100 (UUID: GPU-b)",
    "  MIG 7g.40gb     Device  12: (UUID:  MIG-GPU-b/7/0)",
  ].join("\n");
  t.deepEqual(parseInstances(text), [
    { card: 0, instance: 0, profile: "1g.5gb", uuid: "MIG-0" },
    { card: 0, instance: 1, profile: "3g.20gb", uuid: "MIG-1" },
    { card: 3, instance: 12, profile: "7g.40gb", uuid: "MIG-GPU-b/7/0" },
  ]);
  t.deepEqual(parseInstances(""), []);
});

test("an instance's memory is its own: the card's UUID, sizes and other elements stand around it", (t) => {
  const instance = (index: number, memory: string): string =>
    `<mig_device><index>${index}</index><uuid>MIG-${index}</uuid>${memory}</mig_device>`;
  const usage = (total: string, free: string): string =>
    `<fb_memory_usage>\n<total>${total}</total><used>1 MiB</used>\n<free>${free}</free></fb_memory_usage>` +
    "<bar1_memory_usage><total>8 MiB</total><free>8 MiB</free></bar1_memory_usage>";
  const devices = `<mig_devices>${instance(3, usage("40 MiB", "30 MiB"))}${instance(4, "")}</mig_devices>`;
  const xml =
    `<log><gpu id="1">${devices}<uuid> GPU-a\n</uuid>${usage("90 MiB", "80 MiB")}</gpu>` +
    `<gpu id="2"><uuid>GPU-b</uuid><mig_devices>None</mig_devices></gpu>` +
    `<gpu><mig_devices>${instance(0, usage("N/A", "2 MiB"))}</mig_devices></gpu></log>`;
  t.deepEqual(parseInstanceMemory(xml), [
    { card: "GPU-a", instance: 3, memoryBytes: 40 * MIB, freeBytes: 30 * MIB },
    { card: "GPU-a", instance: 4, memoryBytes: undefined, freeBytes: undefined },
    { card: "", instance: 0, memoryBytes: undefined, freeBytes: 2 * MIB },
  ]);
});
