import { filesIn } from "../../study/cleaning/trial-files.ts";
import { formatBytes } from "../../system/byte-size.ts";

/** How much workers may send. */
export interface UploadLimits {
  readonly bytesPerTrial: number;
  readonly bytesPerStudy: number;
}

/**
 * Counts the bytes that a study's trials keep at the coordinator, and refuses more than allowed.
 */
export class UploadBudget {
  readonly #limits: UploadLimits;
  /** The bytes that all trials keep. */
  #all: number;
  /** The bytes of single trials, by number, as far as they were counted. */
  readonly #kept = new Map<number, number>();
  /** The bytes that trials will keep once the files on their way are there, by number. */
  readonly #coming = new Map<number, number>();

  constructor(limits: UploadLimits, all: number) {
    this.#limits = limits;
    this.#all = all;
  }

  keptBy(number: number, directory: string): number {
    const known =
      this.#kept.get(number) ?? filesIn(directory).reduce((sum, { bytes }) => sum + bytes, 0);
    this.#kept.set(number, known);
    return known;
  }

  /** Records that a trial keeps `bytes` more, or fewer if negative. */
  changed(number: number, directory: string, bytes: number): void {
    this.#kept.set(number, this.keptBy(number, directory) + bytes);
    this.#all += bytes;
  }

  removed(number: number, bytes: number): void {
    this.#all -= bytes;
    this.#kept.delete(number);
  }

  /** @param bytes what the trial will keep; left out: nothing comes any more */
  expects(number: number, bytes?: number): void {
    if (bytes === undefined) this.#coming.delete(number);
    else this.#coming.set(number, bytes);
  }

  /** Why a trial may not keep so many bytes in all; undefined if it may. */
  refusal(number: number, directory: string, bytes: number): string | undefined {
    const { bytesPerTrial, bytesPerStudy } = this.#limits;
    if (bytes > bytesPerTrial) {
      return `a trial may keep ${formatBytes(bytesPerTrial)} at the coordinator`;
    }
    let others = this.#all - this.keptBy(number, directory);
    for (const [other, coming] of this.#coming) {
      if (other !== number) others += Math.max(0, coming - (this.#kept.get(other) ?? 0));
    }
    if (others + bytes > bytesPerStudy) {
      return `the study's trials may keep ${formatBytes(bytesPerStudy)} at the coordinator`;
    }
    return undefined;
  }
}
