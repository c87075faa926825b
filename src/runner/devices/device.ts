/** A GPU, or one MIG instance of it, as its vendor's smi program lists it. */
export interface Device {
  readonly kind: "cuda" | "rocm";
  /** `cuda:0` by the smi program's index; `cuda:0:1` for a card's MIG instance 1. */
  readonly name: string;
  /** The card's index; its instances share it. */
  readonly index: number;
  /** Which MIG instance of its card. */
  readonly instance?: number;
  /** The same after a reboot and in every process: a UUID, the place on the bus, or its index. */
  readonly id: string;
  /** What the visibility variable names it by in a trial's process. */
  readonly visibleAs: string;
  readonly model: string;
  /** Undefined where the program doesn't tell, as in many containers. */
  readonly memoryBytes?: number;
  readonly freeBytes?: number;
  /** Percent. */
  readonly utilization?: number;
  /** A part of the processor, with its memory: it gets no trial by itself. */
  readonly isIntegrated?: boolean;
}

/** A device that is there, and that no program can use. */
export interface UnusableDevice {
  readonly device: Device;
  /** In its driver's words: `GPU requires reset`. */
  readonly problem: string;
  readonly remedy: string;
}

/** A device that an environment variable hides, as `CUDA_VISIBLE_DEVICES=2,3`. */
export interface HiddenDevice {
  readonly device: Device;
  readonly hiddenBy: string;
}

/** What was found, and what people should know about it. */
export interface Found {
  /** In the order in which a process would see them. */
  readonly devices: readonly Device[];
  readonly hidden: readonly HiddenDevice[];
  readonly unusable?: readonly UnusableDevice[];
  readonly notes: readonly string[];
}

export const NOTHING_FOUND: Found = Object.freeze({ devices: [], hidden: [], notes: [] });

export type Environment = Readonly<Record<string, string | undefined>>;
