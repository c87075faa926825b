import type { Device, Found, UnusableDevice } from "./device.ts";
import { NOTHING_FOUND } from "./device.ts";
import {
  CARD_FIELDS,
  lostCard,
  NEWER_FIELDS,
  parseCards,
  parseInstanceMemory,
  parseInstances,
  type InstanceMemory,
  type LostCard,
  type NvidiaCard,
} from "./nvidia-output.ts";
import { runSmi, smiFailure, type SmiOptions, type SmiRun } from "./smi.ts";
import { visibleDevices } from "./visible.ts";

const PROGRAM = "nvidia-smi";
const VARIABLE = "CUDA_VISIBLE_DEVICES";

/**
 * The CUDA devices that nvidia-smi lists and CUDA_VISIBLE_DEVICES does not hide. Of a card with MIG
 * instances, the instances are listed.
 * @throws HpoError if the program is there and fails, or does not answer.
 */
export async function nvidiaDevices(options: SmiOptions): Promise<Found> {
  const ask = (...args: string[]): Promise<SmiRun> => runSmi(PROGRAM, args, options);
  const format = "--format=csv,noheader,nounits";
  let newerFields = NEWER_FIELDS.length;
  const query = (): Promise<SmiRun> =>
    ask(`--query-gpu=${[CARD_FIELDS, ...NEWER_FIELDS.slice(0, newerFields)].join(",")}`, format);
  let queried = await query();
  while (newerFields > 0 && isUnknownField(queried)) {
    newerFields--;
    queried = await query();
  }
  if (queried.kind === "missing") return NOTHING_FOUND;
  if (/No devices were found/i.test(queried.stdout + queried.stderr)) return NOTHING_FOUND;
  const parsed = parseCards(queried.stdout, newerFields);
  if (parsed.cards.length === 0) throw smiFailure(PROGRAM, queried);
  const said = [...parsed.complaints, ...linesOf(queried.stderr)];
  const lost = said.flatMap((line) => lostCard(line) ?? []);
  const cards = parsed.cards.filter(({ index }) => lost.every((one) => one.index !== index));
  const listed = await ask("-L");
  const instances = listed.kind === "ran" ? parseInstances(listed.stdout) : [];
  const memory = instances.length > 0 ? await instanceMemory(ask) : [];

  const usable = cards.filter(({ problem }) => problem === undefined);
  // A list for CUDA has only indices or only UUIDs, so one card without a UUID makes all use
  // indices.
  const isIndexed = usable.some(({ uuid }) => uuid === undefined);
  const deviceOf = (card: NvidiaCard): Device => toDevice(card, isIndexed);
  const all = usable.flatMap((card) => {
    const own = instances.filter((instance) => instance.card === card.index);
    if (own.length === 0) return card.isPartitioned ? [] : [deviceOf(card)];
    return own.map((one): Device => {
      const of = (each: InstanceMemory): boolean =>
        each.card === card.uuid && each.instance === one.instance;
      return {
        ...deviceOf(card),
        memoryBytes: undefined,
        freeBytes: undefined,
        utilization: undefined,
        ...memorySizes(memory.find(of)),
        name: `cuda:${card.index}:${one.instance}`,
        instance: one.instance,
        id: one.uuid,
        visibleAs: one.uuid,
        model: `${card.model} MIG ${one.profile}`,
      };
    });
  });
  const { devices, hidden, notes } = visibleDevices(all, options.env, [VARIABLE], {
    refusesRepeats: true,
  });
  const unusable = [
    ...cards.flatMap((card) => unusableOf(card, deviceOf(card))),
    ...lost.flatMap(lostDevice),
  ];
  return {
    devices,
    hidden,
    unusable,
    notes: [
      ...unusable.map(
        ({ device, problem, remedy }) => `${device.name} is not used: ${problem}. ${remedy}.`,
      ),
      ...(isIndexed ? [withoutUuid(usable)] : []),
      ...lost.filter(({ index }) => index === undefined).map(lostNote),
      ...said.filter((line) => !lostCard(line)).map((line) => `${PROGRAM}: ${line}`),
      ...emptyCards(usable, all),
      ...notes,
      ...orderNote(usable, options),
    ],
  };
}

const isUnknownField = (run: SmiRun): boolean =>
  run.kind === "ran" && run.code !== 0 && run.stdout.includes("not a valid field");

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

const toDevice = (card: NvidiaCard, isIndexed: boolean): Device => ({
  kind: "cuda",
  name: `cuda:${card.index}`,
  index: card.index,
  id: card.uuid ?? `cuda-${card.index}`,
  visibleAs: isIndexed || card.uuid === undefined ? String(card.index) : card.uuid,
  model: card.model,
  memoryBytes: card.memoryBytes,
  freeBytes: card.freeBytes,
  utilization: card.utilization,
});

const memorySizes = (memory: InstanceMemory | undefined): Partial<Device> => ({
  memoryBytes: memory?.memoryBytes,
  freeBytes: memory?.freeBytes,
});

async function instanceMemory(
  ask: (...args: string[]) => Promise<SmiRun>,
): Promise<readonly InstanceMemory[]> {
  const run = await ask("-q", "-x");
  return run.kind === "ran" ? parseInstanceMemory(run.stdout) : [];
}

const unusableOf = ({ index, problem }: NvidiaCard, device: Device): UnusableDevice[] => {
  if (problem === undefined) return [];
  const reset = `Reset it (nvidia-smi --gpu-reset -i ${index}) or restart the machine`;
  return [{ device, problem, remedy: reset }];
};

const RESTART = "Restart the machine, and look for Xid in the kernel's log (dmesg)";

const lostDevice = ({ index, place, problem }: LostCard): UnusableDevice[] => {
  if (index === undefined) return [];
  const device = {
    kind: "cuda",
    index,
    id: place,
    visibleAs: String(index),
    model: "GPU",
  } as const;
  return [{ device: { ...device, name: `cuda:${index}` }, problem, remedy: RESTART }];
};

const lostNote = ({ place, problem }: LostCard): string =>
  `The card at ${place} is not used: ${problem}. ${RESTART}.`;

function withoutUuid(cards: readonly NvidiaCard[]): string {
  const names = cards.filter(({ uuid }) => uuid === undefined).map(({ index }) => `cuda:${index}`);
  return (
    `nvidia-smi tells no UUID of ${names.join(", ")}: trials are bound to cards by their indices, ` +
    "with CUDA_DEVICE_ORDER=PCI_BUS_ID."
  );
}

/** Notes on cards in MIG mode without an instance, which CUDA can't use. */
const emptyCards = (cards: readonly NvidiaCard[], devices: readonly Device[]): string[] =>
  cards
    .filter((card) => card.isPartitioned && devices.every(({ index }) => index !== card.index))
    .map(
      ({ index }) =>
        `cuda:${index} is in MIG mode without an instance, so no program can use it. Make one ` +
        "(nvidia-smi mig -cgi … -C), or switch the mode off (nvidia-smi -mig 0).",
    );

/** Notes that CUDA, which numbers the fastest card first, may mean other cards than nvidia-smi. */
function orderNote(cards: readonly NvidiaCard[], { env }: SmiOptions): string[] {
  const visible = env[VARIABLE] ?? "";
  const isMixed = new Set(cards.map(({ model }) => model)).size > 1;
  if (!isMixed || !/^\s*\d/.test(visible) || env["CUDA_DEVICE_ORDER"] === "PCI_BUS_ID") return [];
  return [
    `${VARIABLE}=${visible} is read by nvidia-smi's order, but CUDA counts the fastest ` +
      "card first. Set CUDA_DEVICE_ORDER=PCI_BUS_ID, or name cards by UUID.",
  ];
}
