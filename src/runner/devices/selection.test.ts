import test from "ava";
import type { Device, Found } from "./device.ts";
import { parseDevices, selectDevices, type RequestPart } from "./selection.ts";

const device = (name: string, more: Partial<Device> = {}): Device => {
  const [kind, index, instance] = name.split(":");
  return {
    ...{
      kind: kind as Device["kind"],
      name,
      index: Number(index),
      id: `GPU-${index}a`,
      model: "X",
    },
    visibleAs: index,
    ...(instance !== undefined && { instance: Number(instance) }),
    ...more,
  };
};
const found = (devices: readonly Device[], more: Partial<Found> = {}): Found => ({
  devices,
  hidden: [],
  notes: [],
  ...more,
});
const chosen = (text: string, all: Found): readonly string[] => {
  const request = parseDevices(text);
  if (request.kind !== "list") throw new Error(`"${text}" is ${request.kind}`);
  return selectDevices(request.parts, all).map(({ name }) => name);
};

test("each form of a request is read as what it says", (t) => {
  const one = (name: string): RequestPart => ({ kind: "one", name });
  const cases: readonly (readonly [string, readonly RequestPart[]])[] = [
    ["cuda", [{ kind: "all", of: "cuda" }]],
    ["rocm", [{ kind: "all", of: "rocm" }]],
    ["cuda:0", [one("cuda:0")]],
    ["cuda:0:1", [one("cuda:0:1")]],
    ["GPU-12ab", [one("GPU-12ab")]],
    ["MIG-1,pci-2", [one("MIG-1"), one("pci-2")]],
    ["cpu", [{ kind: "cpu" }]],
    ["cpu:12", [{ kind: "cpu", slots: 12 }]],
    [" cuda:1 , cpu:1", [one("cuda:1"), { kind: "cpu", slots: 1 }]],
  ];
  for (const [text, parts] of cases) t.deepEqual(parseDevices(text), { kind: "list", parts }, text);
  t.deepEqual(parseDevices(["cuda:0", "cuda:2"]), parseDevices("cuda:0,cuda:2"));
  t.deepEqual(parseDevices("auto"), { kind: "auto" });
  t.deepEqual(parseDevices("none"), { kind: "none" });
});

test("what is no request is refused with the forms there are", (t) => {
  for (const text of [
    "gpu",
    "cuda:",
    "cuda:x",
    "cpu:0",
    "cpu:-1",
    "GPU",
    "",
    "xcuda:0",
    "cuda:0x",
  ]) {
    t.throws(() => parseDevices(text), { message: /is no device\. Give auto, none, cuda/ }, text);
  }
  for (const text of ["auto,cuda:0", "cuda:0,none", "auto,auto"]) {
    t.throws(() => parseDevices(text), { message: /joins auto or none with others/ }, text);
  }
});

test("devices come in the order they are asked for, each once; cores are no devices", (t) => {
  const all = found([device("cuda:0"), device("cuda:1"), device("rocm:0", { id: "PCI-7" })]);
  t.deepEqual(chosen("cuda:1,cuda:0", all), ["cuda:1", "cuda:0"]);
  t.deepEqual(chosen("rocm,cpu:2,cuda", all), ["rocm:0", "cuda:0", "cuda:1"]);
  t.deepEqual(chosen("gpu-1,PCI-7", all), ["cuda:1", "rocm:0"], "by the beginning of an id");
  t.throws(() => chosen("cuda:0,cuda", all), { message: /cuda:0 is named twice/ });
});

test("an integrated one gets trials only where there is no other of its kind", (t) => {
  const integrated = device("rocm:1", { isIntegrated: true });
  t.deepEqual(chosen("rocm", found([device("rocm:0"), integrated])), ["rocm:0"]);
  t.deepEqual(chosen("rocm", found([integrated])), ["rocm:1"]);
});

test("a device that can't be had is told with the reason", (t) => {
  const [zero, one, two] = ["cuda:0", "cuda:1", "cuda:2"].map((name) => device(name));
  const broken = { device: one, problem: "GPU requires reset", remedy: "Reset it" };
  const hidden = { device: two, hiddenBy: "CUDA_VISIBLE_DEVICES=0" };
  const all = found([zero], { unusable: [broken], hidden: [hidden] });
  const says = (text: string, message: RegExp, where = all) =>
    t.throws(() => chosen(text, where), { message }, text);
  says("cuda:1", /cuda:1 can't be used: GPU requires reset\. Reset it, or choose/);
  says("cuda:2", /cuda:2 is hidden by CUDA_VISIBLE_DEVICES=0\. Unset that.*Choose among cuda:0/);
  says("cuda:3", /there is no cuda:3\. Choose among cuda:0\./);
  says("cuda:3", /There are no GPUs to choose; cpu:4/, found([]));
  says("rocm", /rocm: rocm-smi or amd-smi finds no such device/);
  says("cuda", /cuda: nvidia-smi finds no such device/, found([]));
  says("cuda", /cuda:1 can't be used/, found([], { unusable: [broken] }));
  says("cuda", /cuda: cuda:2 is hidden by/, found([], { hidden: [hidden] }));
  says("cuda", /cuda:2, cuda:2 are hidden by/, found([], { hidden: [hidden, hidden] }));
  const twins = ["GPU-1a", "GPU-1b"].map((id, i) => device(`cuda:${i}`, { id }));
  says("GPU-1", /"GPU-1" begins several UUIDs: GPU-1a, GPU-1b/, found(twins));
  says("GPU-1", /there is no GPU-1/, found([zero]));
  const instances = ["cuda:0:0", "cuda:0:1"].map((name, i) => device(name, { id: `MIG-${i}` }));
  says(
    "cuda:0",
    /cuda:0 is cut into MIG instances\. Choose among cuda:0:0, cuda:0:1/,
    found(instances),
  );
});
