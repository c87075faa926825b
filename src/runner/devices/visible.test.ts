import test from "ava";
import type { Device } from "./device.ts";
import { leadingNumber, mibIn, smiFailure } from "./smi.ts";
import { visibleDevices } from "./visible.ts";

const device = (name: string, id: string): Device => {
  const index = Number(name.split(":")[1]);
  return { kind: "cuda", name, index, id, visibleAs: id, model: "A" };
};
const cards = [
  device("cuda:0", "GPU-aa"),
  device("cuda:1:0", "MIG-1"),
  device("cuda:1:1", "MIG-2"),
  device("cuda:3", "GPU-ab"),
];

test("a list shows devices by index or UUID, in its order, up to what it doesn't know", (t) => {
  const cases: readonly (readonly [string | undefined, readonly string[], string?])[] = [
    [undefined, ["cuda:0", "cuda:1:0", "cuda:1:1", "cuda:3"]],
    ["3,0", ["cuda:3", "cuda:0"]],
    [" 0 , 3 ", ["cuda:0", "cuda:3"]],
    ["1", ["cuda:1:0"]],
    ["gpu-AB,MIG-2", ["cuda:3", "cuda:1:1"]],
    ["GPU-", ["cuda:0"]],
    ["2", [], "2"],
    ["0,2,3", ["cuda:0"], "2"],
    ["x", [], "x"],
    ["", []],
    ["-1", []],
    ["0,-1,3", ["cuda:0"]],
    ["none", []],
    ["NoDevFiles", []],
    ["0,0", ["cuda:0"]],
  ];
  for (const [value, names, unknown] of cases) {
    const found = visibleDevices(cards, { V: value }, ["V"]);
    t.deepEqual(
      found.devices.map(({ name }) => name),
      names,
      value,
    );
    t.deepEqual(
      found.hidden.map(({ device: { name }, hiddenBy }) => [name, hiddenBy]),
      cards.filter(({ name }) => !names.includes(name)).map(({ name }) => [name, `V=${value}`]),
      value,
    );
    const note = `V=${value}: "${unknown}" names none of cuda:0, cuda:1:0, cuda:1:1, cuda:3; it and what follows it show nothing, as the driver reads it.`;
    t.deepEqual(found.notes, unknown === undefined ? [] : [note]);
  }
});

test("a second variable counts what the first one left", (t) => {
  const both = (first: string, second: string) =>
    visibleDevices(cards, { A: first, B: second }, ["A", "B"]);
  t.deepEqual(both("3,0", "1").devices, [cards[0]]);
  t.deepEqual(both("3,0", "0").devices, [cards[3]]);
  const none = both("", "0");
  t.deepEqual(none.devices, []);
  t.regex(none.notes[0], /^B=0: "0" names none of no devices;/);
  t.is(none.hidden.length, 4, "each is hidden once");
});

test("a list that names a device twice hides all where the driver refuses it", (t) => {
  const refused = visibleDevices(cards, { V: "3,GPU-ab,0" }, ["V"], { refusesRepeats: true });
  t.deepEqual(refused.devices, []);
  t.is(refused.hidden.length, 4);
  t.regex(
    refused.notes.join("|"),
    /^V=3,GPU-ab,0 names cuda:3 twice: CUDA refuses such a list[^|]*$/,
  );
  const both = visibleDevices(cards, { V: "3,3,x" }, ["V"], { refusesRepeats: true });
  t.deepEqual([both.devices.length, both.notes.length], [0, 2]);
  const allowed = visibleDevices(cards, { V: "3,3" }, ["V"]);
  t.deepEqual([allowed.devices, allowed.notes], [[cards[3]], []]);
});

test("a driver's numbers are read with their units, and its words are none", (t) => {
  const cases: readonly (readonly [string | undefined, number | undefined])[] = [
    ["12", 12],
    [" 1.5 %", 1.5],
    ["0 MiB", 0],
    ["[N/A]", undefined],
    ["-3", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [text, value] of cases) {
    t.is(leadingNumber(text), value, text);
    t.is(mibIn(text), value === undefined ? undefined : value * 1024 * 1024, text);
  }
});

test("a program's failure is told with its output in one line, cut to a length", (t) => {
  const told = (stdout: string, stderr: string, code: number | null = 9) =>
    smiFailure("some-smi", { kind: "ran", code, stdout, stderr }).message;
  const end = "Repair the driver, or pass --devices none to run without GPUs.";
  t.is(told("a\n  b\n", "c.\n"), `some-smi failed (exit code 9): a b c. ${end}`);
  t.is(told("", " \n"), `some-smi failed (exit code 9): it printed nothing. ${end}`);
  t.is(told("x", "", null), `some-smi failed (exit code unknown): x. ${end}`);
  t.is(told("", "y".repeat(501)), `some-smi failed (exit code 9): ${"y".repeat(500)}. ${end}`);
});
