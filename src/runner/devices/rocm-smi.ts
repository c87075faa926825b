import { rocmId, type RocmCard } from "./rocm-card.ts";
import { leadingNumber, runSmi, smiFailure, type SmiOptions } from "./smi.ts";

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
 * The cards that rocm-smi lists; undefined where it is not installed.
 * @throws HpoError if it is there and fails, or does not answer
 */
export async function rocmSmiCards(options: SmiOptions): Promise<readonly RocmCard[] | undefined> {
  const run = await runSmi(PROGRAM, QUERY, options);
  if (run.kind === "missing") return undefined;
  const cards = readRocmCards(run.stdout);
  if (cards) return cards;
  // Without a card it prints this warning instead of JSON.
  if (/No JSON data to report/.test(run.stdout + run.stderr)) return [];
  throw smiFailure(PROGRAM, run);
}

/** The cards in rocm-smi's order; undefined if there is no JSON. */
export const readRocmCards = (stdout: string): readonly RocmCard[] | undefined =>
  parseCards(stdout)?.map(cardOf);

type Fields = Readonly<Record<string, unknown>>;

function parseCards(stdout: string): Fields[] | undefined {
  // Warnings may precede it: "WARNING: AMD GPU device(s) is/are in a low-power state."
  const json = stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  return Object.entries(parsed as Record<string, Fields>)
    .filter(([key]) => /^card\d+$/.test(key))
    .sort(([a], [b]) => Number(a.slice(4)) - Number(b.slice(4)))
    .map(([, card]) => card);
}

function cardOf(card: Fields, index: number): RocmCard {
  const total = leadingNumber(text(card, "VRAM Total Memory (B)"));
  const used = leadingNumber(text(card, "VRAM Total Used Memory (B)"));
  return {
    id: rocmId(text(card, "Unique ID"), text(card, "PCI Bus"), index),
    // ROCm 5 and 6 spell it in two ways.
    model: text(card, "Card Series") ?? text(card, "Card series") ?? "AMD GPU",
    architecture: text(card, "GFX Version"),
    memoryBytes: total,
    freeBytes: total === undefined || used === undefined ? undefined : total - used,
    utilization: leadingNumber(text(card, "GPU use (%)")),
    node: leadingNumber(text(card, "Node ID")),
  };
}

function text(card: Fields, field: string): string | undefined {
  const value = card[field];
  const isText = typeof value === "string" || typeof value === "number";
  return isText && value !== "N/A" ? String(value) : undefined;
}
