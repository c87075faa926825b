import { mibIn, leadingNumber } from "./smi.ts";

/** A card as `nvidia-smi --query-gpu` describes it. */
export interface NvidiaCard {
  readonly index: number;
  /** Missing on Jetsons, on some virtual machines, and for broken cards. */
  readonly uuid?: string;
  readonly model: string;
  /** The memory that programs can use: without what the driver reserves. */
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  readonly utilization?: number;
  readonly isPartitioned: boolean;
  /** Why no program can use it: `GPU requires reset`. */
  readonly problem?: string;
}

/** NVML's words in the fields of a card that can't be used. */
const PROBLEM =
  /\[?(GPU (?:requires reset|is lost|access blocked[^\],]*|reset required))\b[^\],]*\]?/i;

/** What a driver that fails says in place of a field. */
const UNKNOWN = /^\[?(?:Unknown Error|ERR!)\]?$/i;
/** Of a card that fell off the bus: its index in older versions, and its place on the bus. */
const NO_HANDLE =
  /Unable to determine the device handle for (?:GPU ?(\d{1,3})(?=:(?![\dA-F]{2}:)))?:?\s*(?:GPU)? ?([\dA-F]{4,8}:[\dA-F:.]*[\dA-F])?/i;

/** A card that the driver has no handle for, as a complaint tells it. */
export interface LostCard {
  readonly index?: number;
  readonly place: string;
  readonly problem: string;
}

export function lostCard(complaint: string): LostCard | undefined {
  const match = NO_HANDLE.exec(complaint);
  if (!match) return undefined;
  const [, index, place = "an unknown place"] = match;
  const problem = complaint.trim().replace(/\s+/g, " ").replace(/\.$/, "");
  return { ...(index !== undefined && { index: Number(index) }), place, problem };
}

/** A MIG instance as `nvidia-smi -L` lists it below its card. */
export interface MigInstance {
  readonly card: number;
  readonly instance: number;
  readonly profile: string;
  readonly uuid: string;
}

/** The columns in the order that `parseCards` expects; names may contain commas. */
export const CARD_FIELDS = "index,uuid,name,memory.total,memory.free,utilization.gpu";
/** Columns that only newer drivers have: the first since 450, the second since 510. */
export const NEWER_FIELDS = ["mig.mode.current", "memory.reserved"];

/**
 * Parses `--query-gpu=… --format=csv,noheader,nounits`; lines that are no cards are complaints.
 * @param newerFields how many of `NEWER_FIELDS` were asked for
 */
export function parseCards(
  text: string,
  newerFields: number,
): { readonly cards: readonly NvidiaCard[]; readonly complaints: readonly string[] } {
  const cards: NvidiaCard[] = [];
  const complaints: string[] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const fields = line.split(",").map((field) => field.trim());
    const tail = fields.splice(-3 - newerFields);
    const [index, uuid, ...name] = fields;
    if (!/^\d+$/.test(index ?? "") || name.length === 0) {
      complaints.push(line);
      continue;
    }
    const [total, free, utilization, migMode, reserved] = tail;
    const wholeBytes = mibIn(total);
    const isUnknown = [total, free, utilization].every((field) => UNKNOWN.test(field));
    const problem =
      PROBLEM.exec(line)?.[1] ?? (isUnknown ? "its driver answers with errors" : undefined);
    cards.push({
      index: Number(index),
      ...(/^GPU-\w/i.test(uuid) && { uuid }),
      ...(problem && { problem }),
      model: name.join(", "),
      memoryBytes: wholeBytes === undefined ? undefined : wholeBytes - (mibIn(reserved) ?? 0),
      freeBytes: mibIn(free),
      utilization: leadingNumber(utilization),
      isPartitioned: migMode === "Enabled",
    });
  }
  return { cards, complaints };
}

/**
 * Parses the MIG instances in `nvidia-smi -L`:
 *
 *     GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89…)
 *       MIG 1g.5gb      Device  0: (UUID: MIG-…)
 */
export function parseInstances(text: string): readonly MigInstance[] {
  const found: MigInstance[] = [];
  let card: number | undefined;
  for (const line of text.split("\n")) {
    const gpu = /^\s*GPU\s+(\d+):/.exec(line);
    if (gpu) card = Number(gpu[1]);
    const mig = /^\s*MIG\s+(\S+)\s+Device\s+(\d+):\s*\(UUID:\s*([^)\s]+)\)/.exec(line);
    if (!mig || card === undefined) continue;
    found.push({ card, instance: Number(mig[2]), profile: mig[1], uuid: mig[3] });
  }
  return found;
}

export interface InstanceMemory {
  readonly card: string;
  readonly instance: number;
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
}

/** Parses the memory of MIG instances in `nvidia-smi -q -x`, the only query that has it. */
export function parseInstanceMemory(xml: string): readonly InstanceMemory[] {
  return inside(xml, "gpu").flatMap((gpu) => {
    const partitions = inside(gpu, "mig_device");
    // The card's own UUID stands outside of its instances.
    const card = inside(gpu.replace(/<mig_devices>[\s\S]*?<\/mig_devices>/, ""), "uuid")[0];
    return partitions.map((partition) => {
      const [memory = ""] = inside(partition, "fb_memory_usage");
      return {
        card: card?.trim() ?? "",
        instance: Number(inside(partition, "index")[0]),
        memoryBytes: mibIn(inside(memory, "total")[0]),
        freeBytes: mibIn(inside(memory, "free")[0]),
      };
    });
  });
}

/** The contents of an element that does not nest in itself. */
const inside = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, "g"))].map(
    (match) => match[1],
  );
