import { requireInteger } from "../../errors/checks.ts";
import { parseBytes } from "../../system/byte-size.ts";

/** What trials keep of their files while the study runs; all of them if neither is given. */
export interface FileLimits {
  /**
   * Only so many of the best trials, ≥ 1, keep their files (of several metrics the front does), but for
   * what they printed. Whatever a trial that runs, or may yet be started again or promoted, needs is kept.
   */
  readonly keepBest?: number;
  /** "20GiB" or bytes, ≥ 1: where finished trials keep more, the worst lose their files first; never the best. */
  readonly artifactsLimit?: string | number;
}

/** @throws HpoError that names the one that is wrong */
export function checkFileLimits(where: string, { keepBest, artifactsLimit }: FileLimits): void {
  if (keepBest !== undefined) requireInteger(`${where}: keepBest`, keepBest, 1);
  if (artifactsLimit !== undefined) parseBytes(`${where}: artifactsLimit`, artifactsLimit);
}
