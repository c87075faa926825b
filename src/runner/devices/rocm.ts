import { HpoError } from "../../errors/errors.ts";
import { amdSmiCards } from "./amd-smi.ts";
import type { Device, Found } from "./device.ts";
import { inNodeOrder, isIntegrated, type RocmCard } from "./rocm-card.ts";
import { rocmSmiCards } from "./rocm-smi.ts";
import type { SmiOptions } from "./smi.ts";
import { visibleDevices } from "./visible.ts";

/**
 * The ROCm devices that rocm-smi lists (or amd-smi, if there is no rocm-smi or it finds none) and
 * that ROCR_VISIBLE_DEVICES and HIP_VISIBLE_DEVICES don't hide (HIP reads CUDA_VISIBLE_DEVICES if
 * its own is not set). They are numbered by node, as HIP does.
 * @throws HpoError if the program is there and fails, or does not answer.
 */
export async function rocmDevices(options: SmiOptions): Promise<Found> {
  const { env } = options;
  const all = inNodeOrder(await cardsOf(options)).map(deviceOf);
  const low = visibleDevices(all, env, ["ROCR_VISIBLE_DEVICES"]);
  // HIP numbers only the devices that ROCR_VISIBLE_DEVICES, of the layer below it, leaves.
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
    notes: all.length > 0 ? [...low.notes, ...high.notes] : [],
  };
}

/** Asks rocm-smi first, then amd-smi, which is all that newer machines have. */
async function cardsOf(options: SmiOptions): Promise<readonly RocmCard[]> {
  let failure: HpoError | undefined;
  let cards: readonly RocmCard[] | undefined;
  try {
    cards = await rocmSmiCards(options);
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    failure = error;
  }
  if (cards && cards.length > 0) return cards;
  const others = await amdSmiCards(options);
  if (failure && others === undefined) throw failure;
  return others ?? [];
}

const deviceOf = (card: RocmCard, index: number): Device => ({
  kind: "rocm",
  name: `rocm:${index}`,
  index,
  id: card.id,
  visibleAs: String(index),
  model: card.model,
  memoryBytes: card.memoryBytes,
  freeBytes: card.freeBytes,
  utilization: card.utilization,
  ...(isIntegrated(card) && { isIntegrated: true }),
});
