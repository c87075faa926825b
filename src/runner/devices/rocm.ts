import { NOTHING_FOUND, type Device, type Found } from "./device.ts";
import { numberIn, runSmi, smiFailure, type SmiOptions } from "./smi.ts";
import { visibleDevices } from "./visible.ts";

const PROGRAM = "rocm-smi";
const QUERY = [
  "--showproductname",
  "--showmeminfo",
  "vram",
  "--showuse",
  "--showuniqueid",
  "--showbus",
  "--json",
];

/**
 * The ROCm devices that rocm-smi lists, as ROCR_VISIBLE_DEVICES and HIP_VISIBLE_DEVICES leave them
 * (HIP reads CUDA_VISIBLE_DEVICES where its own is not set). They are counted as HIP counts them:
 * by their node.
 * @throws HpoError if the program is there and fails, or does not answer.
 */
export async function rocmDevices(options: SmiOptions): Promise<Found> {
  const run = await runSmi(PROGRAM, QUERY, options);
  if (run.kind === "missing") return NOTHING_FOUND;
  const cards = parseCards(run.stdout);
  if (!cards) {
    // How it says that there is no card: a warning instead of the JSON.
    if (/No JSON data to report/.test(run.stdout + run.stderr)) return NOTHING_FOUND;
    throw smiFailure(PROGRAM, run);
  }
  const { env } = options;
  const all = cards.map(deviceOf);
  const low = visibleDevices(all, env, ["ROCR_VISIBLE_DEVICES"]);
  // HIP counts what the layer below it leaves.
  const left = low.devices.map((device, place) => ({ ...device, visibleAs: String(place) }));
  const variable =
    env["HIP_VISIBLE_DEVICES"] === undefined ? "CUDA_VISIBLE_DEVICES" : "HIP_VISIBLE_DEVICES";
  const placed = left.map((device, index) => ({ ...device, index }));
  const high = visibleDevices(placed, env, [variable]);
  const named = (one: Device): Device => ({
    ...one,
    index: all.findIndex(({ id }) => id === one.id),
  });
  return {
    devices: high.devices.map(named),
    hidden: [
      ...low.hidden,
      ...high.hidden.map(({ device, hiddenBy }) => ({ device: named(device), hiddenBy })),
    ],
    notes: [...low.notes, ...high.notes],
  };
}

type Card = Readonly<Record<string, unknown>>;

/** By node where the program tells it, else as it lists them. Undefined: there is no JSON. */
function parseCards(stdout: string): Card[] | undefined {
  // Warnings may stand before it: "WARNING: AMD GPU device(s) is/are in a low-power state."
  const json = stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const cards = Object.entries(parsed as Record<string, Card>)
    .filter(([key]) => /^card\d+$/.test(key))
    .sort(([a], [b]) => Number(a.slice(4)) - Number(b.slice(4)))
    .map(([, card]) => card);
  const nodes = cards.map((card) => numberIn(text(card, "Node ID")));
  if (nodes.includes(undefined)) return cards;
  return cards
    .map((card, place) => ({ card, node: nodes[place]! }))
    .sort((a, b) => a.node - b.node)
    .map(({ card }) => card);
}

function deviceOf(card: Card, index: number): Device {
  const total = numberIn(text(card, "VRAM Total Memory (B)"));
  const used = numberIn(text(card, "VRAM Total Used Memory (B)"));
  const unique = /^0x([0-9a-f]+)$/i.exec(text(card, "Unique ID") ?? "")?.[1];
  return {
    kind: "rocm",
    name: `rocm:${index}`,
    index,
    // As ROCR_VISIBLE_DEVICES names it; cards for the home have no number of their own.
    id: unique === undefined ? `PCI-${text(card, "PCI Bus") ?? index}` : `GPU-${unique}`,
    visibleAs: String(index),
    // ROCm 5 and 6 spell it in two ways.
    model: text(card, "Card Series") ?? text(card, "Card series") ?? "AMD GPU",
    memoryBytes: total,
    freeBytes: total === undefined || used === undefined ? undefined : total - used,
    utilization: numberIn(text(card, "GPU use (%)")),
  };
}

function text(card: Card, field: string): string | undefined {
  const value = card[field];
  const isText = typeof value === "string" || typeof value === "number";
  return isText && value !== "N/A" ? String(value) : undefined;
}
