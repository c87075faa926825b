/** A card as rocm-smi or amd-smi describes it. */
export interface RocmCard {
  /** The name for ROCR_VISIBLE_DEVICES; consumer cards have no unique number, but a bus address. */
  readonly id: string;
  readonly model: string;
  /** Its architecture, `gfx942`. */
  readonly architecture?: string;
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  readonly utilization?: number;
  /** The node of the topology, by which HIP orders cards. */
  readonly node?: number;
}

/** The card's id. @param unique its unique number, such as `0x1f9de0957d137942`; 0 means none */
export function rocmId(unique: string | undefined, bus: string | undefined, index: number): string {
  const number = /^0x([0-9a-f]+)$/i.exec(unique ?? "")?.[1];
  if (number !== undefined && !/^0+$/.test(number)) return `GPU-${number.toLowerCase()}`;
  return `PCI-${bus?.toUpperCase() ?? index}`;
}

/** Sorts cards by node if each has one; else they stay as listed. */
export function inNodeOrder(cards: readonly RocmCard[]): readonly RocmCard[] {
  if (cards.some(({ node }) => node === undefined)) return cards;
  return [...cards].sort((a, b) => a.node! - b.node!);
}

/** Graphics of consumer processors; the Instinct MI300A, a server's, is not among them. */
const INTEGRATED_ARCHITECTURE = /^gfx(?:902|909|90c|1013|103[3567]|1103|115\d)$/;
const INTEGRATED_MODEL =
  /\b(?:Raven|Picasso|Renoir|Lucienne|Cezanne|Barcelo|Van ?Gogh|Rembrandt|Mendocino|Raphael|Phoenix\d?|Hawk Point|Granite Ridge|Strix|Krackan)\b|Radeon(?:\(TM\)| TM)? (?:Vega \d+ |R\d |[678]\d0M |80[456]0S )Graphics/i;
/** The driver's name for a card that it does not know. */
const UNNAMED_MODEL = /^AMD Radeon(?:\(TM\)| TM)? Graphics$/i;
const SMALL_BYTES = 4 * 2 ** 30;

/** Whether a card is integrated in the processor. */
export function isIntegrated({ architecture, model, memoryBytes = Infinity }: RocmCard): boolean {
  if (architecture !== undefined) return INTEGRATED_ARCHITECTURE.test(architecture);
  if (INTEGRATED_MODEL.test(model)) return true;
  return UNNAMED_MODEL.test(model) && memoryBytes < SMALL_BYTES;
}
