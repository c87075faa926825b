import { rocmId, type RocmCard } from "./rocm-card.ts";
import { leadingNumber, runSmi, smiFailure, type SmiOptions } from "./smi.ts";

const PROGRAM = "amd-smi";
/** Asks for nodes, which no other query gives; then models and memory; then load. */
const QUERIES = [
  ["list", "--json"],
  ["static", "--asic", "--bus", "--vram", "--json"],
  ["metric", "--usage", "--mem-usage", "--json"],
];

/**
 * The cards that amd-smi lists; undefined where it is not installed.
 * @throws HpoError if it is there and fails, or does not answer
 */
export async function amdSmiCards(options: SmiOptions): Promise<readonly RocmCard[] | undefined> {
  const runs = await Promise.all(QUERIES.map((query) => runSmi(PROGRAM, query, options)));
  const [first] = runs;
  if (first.kind === "missing") return undefined;
  const cards = readAmdCards(runs.map((run) => (run.kind === "ran" ? run.stdout : "")));
  if (cards === undefined) throw smiFailure(PROGRAM, first);
  return cards;
}

/**
 * The cards that amd-smi's answers tell of, by index; each field comes from the first answer that has it.
 * @param outputs what it printed for `list`, `static` and `metric`
 * @returns undefined where neither of the first two is a list of cards
 */
export function readAmdCards(outputs: readonly string[]): readonly RocmCard[] | undefined {
  const answers = outputs.map(parseGpus);
  const [listed, described] = answers;
  if (listed === undefined && described === undefined) return undefined;
  const indices = new Set(answers.flatMap((gpus) => gpus?.map(indexOf) ?? []));
  return [...indices]
    .sort((a, b) => a - b)
    .map((index) =>
      cardOf(
        index,
        answers.map((gpus) => gpus?.find((gpu) => indexOf(gpu) === index)),
      ),
    );
}

type Fields = Readonly<Record<string, unknown>>;

const indexOf = (gpu: Fields): number => Number(gpu["gpu"]);

/** Parses a list of GPUs, in newer versions `{"gpu_data": […]}`; warnings may precede it. */
function parseGpus(stdout: string): Fields[] | undefined {
  const start = stdout.search(/[[{]\s*(?:["{\]])/);
  try {
    const parsed: unknown = JSON.parse(stdout.slice(start));
    const gpus = Array.isArray(parsed) ? (parsed as unknown[]) : (parsed as Fields)["gpu_data"];
    return Array.isArray(gpus)
      ? (gpus as Fields[]).filter((gpu) => Number.isInteger(indexOf(gpu)))
      : undefined;
  } catch {
    return undefined;
  }
}

function cardOf(index: number, answers: readonly (Fields | undefined)[]): RocmCard {
  const at = (...path: readonly string[]): unknown => {
    for (const answer of answers) {
      const found = path.reduce<unknown>(
        (here, key) => (here as Fields | undefined)?.[key],
        answer,
      );
      if (found !== undefined && found !== "N/A" && found !== "") return found;
    }
    return undefined;
  };
  const text = (...path: readonly string[]): string | undefined => {
    const value = at(...path);
    return typeof value === "string" ? value : undefined;
  };
  const total = bytesOf(at("mem_usage", "total_vram")) ?? bytesOf(at("vram", "size"));
  const used = bytesOf(at("mem_usage", "used_vram"));
  return {
    id: rocmId(text("asic", "asic_serial"), text("bdf") ?? text("bus", "bdf"), index),
    model: text("asic", "market_name") ?? "AMD GPU",
    architecture: text("asic", "target_graphics_version")?.toLowerCase(),
    memoryBytes: total,
    freeBytes: total === undefined || used === undefined ? undefined : total - used,
    utilization: quantityOf(at("usage", "gfx_activity"))?.value,
    node: quantityOf(at("node_id"))?.value,
  };
}

interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** `{"value": 65520, "unit": "MB"}`, or a number, as text or not. */
function quantityOf(given: unknown): Quantity | undefined {
  const isRecord = typeof given === "object" && given !== null;
  const { value, unit = "" } = isRecord ? (given as Fields) : { value: given };
  const isText = typeof value === "string" || typeof value === "number";
  const number = isText ? leadingNumber(String(value)) : undefined;
  return number === undefined ? undefined : { value: number, unit: String(unit) };
}

/** Bytes per unit: amd-smi's MB are 2²⁰ bytes. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  "": 2 ** 20,
  MB: 2 ** 20,
  GB: 2 ** 30,
};

function bytesOf(given: unknown): number | undefined {
  const quantity = quantityOf(given);
  return quantity && quantity.value * (UNITS[quantity.unit.toUpperCase()] ?? UNITS["MB"]);
}
