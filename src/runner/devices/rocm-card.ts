/** A card as rocm-smi or amd-smi tells of it. */
export interface RocmCard {
  /** As ROCR_VISIBLE_DEVICES names it; cards for the home have no number of their own: by the bus. */
  readonly id: string;
  readonly model: string;
  /** Its architecture, `gfx942`. */
  readonly architecture?: string;
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  readonly utilization?: number;
  /** HIP counts cards by their node. */
  readonly node?: number;
}

/** @param unique its own number, `0x1f9de0957d137942`; 0 is none */
export function rocmId(unique: string | undefined, bus: string | undefined, index: number): string {
  const number = /^0x([0-9a-f]+)$/i.exec(unique ?? "")?.[1];
  if (number !== undefined && !/^0+$/.test(number)) return `GPU-${number.toLowerCase()}`;
  return `PCI-${bus?.toUpperCase() ?? index}`;
}

/** By node where each tells its own, else as they were listed. */
export function inNodeOrder(cards: readonly RocmCard[]): readonly RocmCard[] {
  if (cards.some(({ node }) => node === undefined)) return cards;
  return [...cards].sort((a, b) => a.node! - b.node!);
}

/** Of processors with graphics; the Instinct MI300A, which has a server's, is none of these. */
const INTEGRATED_ARCHITECTURE = /^gfx(?:902|909|90c|1013|103[3567]|1103|115\d)$/;
const INTEGRATED_MODEL =
  /\b(?:Raven|Picasso|Renoir|Lucienne|Cezanne|Barcelo|Van ?Gogh|Rembrandt|Mendocino|Raphael|Phoenix\d?|Hawk Point|Granite Ridge|Strix|Krackan)\b|Radeon(?:\(TM\)| TM)? (?:Vega \d+ |R\d |[678]\d0M |80[456]0S )Graphics/i;
/** What the driver calls a card that it has no name for. */
const UNNAMED_MODEL = /^AMD Radeon(?:\(TM\)| TM)? Graphics$/i;
const SMALL_BYTES = 4 * 2 ** 30;

/** Whether a card is a part of the processor. */
export function isIntegrated({ architecture, model, memoryBytes = Infinity }: RocmCard): boolean {
  if (architecture !== undefined) return INTEGRATED_ARCHITECTURE.test(architecture);
  if (INTEGRATED_MODEL.test(model)) return true;
  return UNNAMED_MODEL.test(model) && memoryBytes < SMALL_BYTES;
}
