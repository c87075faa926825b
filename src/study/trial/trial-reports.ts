import { HpoError } from "../../errors/errors.ts";
import type { Curves, Report } from "../../contracts/trial.ts";

const NO_REPORTS: readonly Report[] = Object.freeze([]);
const NO_CURVES: Curves = Object.freeze({});

/** What a running trial told of its course: the metric by step, and the curves beside it. */
export class TrialReports {
  readonly #values = new Map<number, number>();
  #curves: Record<string, [step: number, value: number][]> | undefined;

  /** By ascending step. */
  get list(): readonly Report[] {
    if (this.#values.size === 0) return NO_REPORTS;
    const reports = [...this.#values].map(([step, value]) => ({ step, value }));
    return reports.sort((a, b) => a.step - b.step);
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  hasReached(step: number): boolean {
    for (const reported of this.#values.keys()) if (reported >= step) return true;
    return false;
  }

  /** The value that was reported at a step; undefined if there is none. */
  at(step: number): number | undefined {
    return this.#values.get(step);
  }

  /** @throws HpoError if the value is no number, or the step no integer ≥ 0 */
  add(value: number, step: number): Report {
    if (typeof value !== "number") {
      throw new HpoError(`report: the value ${String(value)} is no number. Report the metric.`);
    }
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new HpoError(
        `report: step=${String(step)} is no integer ≥ 0. Count epochs or batches.`,
      );
    }
    this.#values.set(step, value);
    return { step, value };
  }

  log(values: Readonly<Record<string, number>>, step: number): void {
    const curves = (this.#curves ??= {});
    for (const [name, value] of Object.entries(values)) (curves[name] ??= []).push([step, value]);
  }

  /** Undefined if nothing was logged. */
  get logged(): Curves | undefined {
    return this.#curves;
  }

  get curves(): Curves {
    return this.#curves ?? NO_CURVES;
  }

  clear(): void {
    this.#values.clear();
    this.#curves = undefined;
  }
}
