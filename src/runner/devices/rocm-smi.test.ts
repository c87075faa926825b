import test from "ava";
import { inNodeOrder, isIntegrated, rocmId } from "./rocm-card.ts";
import { readRocmCards } from "./rocm-smi.ts";

const read = (cards: object, before = "", after = "") =>
  readRocmCards(`${before}${JSON.stringify(cards)}${after}`);

test("each card of rocm-smi's JSON has its fields; what it doesn't tell is left open", (t) => {
  const cards = {
    card20: {},
    card12: {
      "Unique ID": "N/A",
      "PCI Bus": "0000:0a:00.0",
      "Card series": "Radeon VII",
      "VRAM Total Memory (B)": 1000,
      "GPU use (%)": 3,
      "Node ID": 0,
    },
    card1: {
      "Unique ID": "0x00AB",
      "PCI Bus": "0000:03:00.0",
      "Card Series": "MI210",
      "GFX Version": "gfx90a",
      "VRAM Total Memory (B)": "1000",
      "VRAM Total Used Memory (B)": "300",
      "GPU use (%)": "97",
      "Node ID": "4",
    },
    system: { "Driver version": "6" },
    card: {},
  };
  const expected = [
    {
      ...{ id: "GPU-00ab", model: "MI210", architecture: "gfx90a", memoryBytes: 1000 },
      ...{ freeBytes: 700, utilization: 97, node: 4 },
    },
    {
      ...{ id: "PCI-0000:0A:00.0", model: "Radeon VII", architecture: undefined },
      ...{ memoryBytes: 1000, freeBytes: undefined, utilization: 3, node: 0 },
    },
    {
      ...{ id: "PCI-2", model: "AMD GPU", architecture: undefined, memoryBytes: undefined },
      ...{ freeBytes: undefined, utilization: undefined, node: undefined },
    },
  ];
  t.deepEqual(read(cards), expected);
  t.deepEqual(read(cards, "WARNING: low-power state\n", "\n== end =="), expected);
  const usedAlone = read({ card0: { "VRAM Total Used Memory (B)": "5" } });
  t.is(usedAlone![0].freeBytes, undefined);
  t.deepEqual(readRocmCards("{}"), []);
  for (const text of ["", "no JSON", "{", "WARNING: No JSON data to report", "}{"]) {
    t.is(readRocmCards(text), undefined, text);
  }
});

test("a card is named by its unique number, else its place on the bus, else its index", (t) => {
  const cases = [
    ["0x1F9de", "0000:03:00.0", 1, "GPU-1f9de"],
    ["0x0", "0000:0a:00.0", 1, "PCI-0000:0A:00.0"],
    ["0x0000", undefined, 1, "PCI-1"],
    ["1f9de", undefined, 2, "PCI-2"],
    ["0x10", undefined, 2, "GPU-10"],
    [undefined, "b:1", 2, "PCI-B:1"],
  ] as const;
  for (const [unique, bus, index, id] of cases) t.is(rocmId(unique, bus, index), id);
});

test("cards are sorted by node where each has one", (t) => {
  const card = (id: string, node?: number) => ({ id, model: "X", node });
  const order = (...cards: ReturnType<typeof card>[]) => inNodeOrder(cards).map(({ id }) => id);
  t.deepEqual(order(card("a", 3), card("b", 0), card("c", 10)), ["b", "a", "c"]);
  t.deepEqual(order(card("a", 3), card("b"), card("c", 1)), ["a", "b", "c"]);
});

test("an integrated card is told by its architecture, else its name, else a small memory", (t) => {
  const GIB = 2 ** 30;
  const unnamed = "AMD Radeon(TM) Graphics";
  const cases = [
    [{ architecture: "gfx90c" }, true],
    [{ architecture: "gfx942", model: "AMD Radeon 780M Graphics" }, false],
    [{ architecture: "gfx1036", memoryBytes: 99 * GIB }, true],
    [{ architecture: "gfx1030" }, false],
    [{ model: "Raphael" }, true],
    [{ model: "AMD Radeon 780M Graphics", memoryBytes: 99 * GIB }, true],
    [{ model: "AMD Radeon RX 7900 XTX", memoryBytes: GIB }, false],
    [{ model: unnamed, memoryBytes: 4 * GIB - 1 }, true],
    [{ model: unnamed, memoryBytes: 4 * GIB }, false],
    [{ model: unnamed }, false],
  ] as const;
  for (const [card, expected] of cases) {
    t.is(isIntegrated({ id: "PCI-0", model: "X", ...card }), expected, JSON.stringify(card));
  }
});
