/** A GPU, or one MIG instance of it, as its vendor's smi program lists it. */
export interface Device {
  readonly kind: "cuda" | "rocm";
  /** `cuda:0` by the smi program's index; `cuda:0:1` for a card's MIG instance 1. */
  readonly name: string;
  /** The card's index; its instances share it. */
  readonly index: number;
  /** Which MIG instance of its card. */
  readonly instance?: number;
  /**
   * An id that stays the same after a reboot: a UUID, else the place on the bus, else the index.
   */
  readonly id: string;
  /** The name to put into the visibility variable of a trial's process. */
  readonly visibleAs: string;
  readonly model: string;
  /** Undefined if the smi program doesn't say, as in many containers. */
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  /** Percent. */
  readonly utilization?: number;
  /** Whether it is a part of the processor: then it gets trials only if it is asked for. */
  readonly isIntegrated?: boolean;
}

/** A device that exists but can't be used by any program. */
export interface UnusableDevice {
  readonly device: Device;
  /** The problem in its driver's words: `GPU requires reset`. */
  readonly problem: string;
  readonly remedy: string;
}

/** A device that an environment variable hides, as `CUDA_VISIBLE_DEVICES=2,3`. */
export interface HiddenDevice {
  readonly device: Device;
  readonly hiddenBy: string;
}

/** The devices that were found, with notes for the user. */
export interface Found {
  /** In the order in which a process would see them. */
  readonly devices: readonly Device[];
  readonly hidden: readonly HiddenDevice[];
  readonly unusable?: readonly UnusableDevice[];
  readonly notes: readonly string[];
}

export const NOTHING_FOUND: Found = Object.freeze({ devices: [], hidden: [], notes: [] });

export type Environment = Readonly<Record<string, string | undefined>>;
