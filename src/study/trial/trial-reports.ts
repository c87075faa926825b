import type { Curves, Direction, Report } from "../../contracts/trial.ts";
import { minimised } from "../../contracts/observation.ts";
import { checkLog, checkReport } from "../../runner/check-report.ts";

type GrowingCurves = Record<string, [step: number, value: number][]>;
const NO_CURVES: Curves = Object.freeze({});

/** What a running trial reported: the metric by step, and the curves beside it. */
export class TrialReports {
  readonly #direction: Direction;
  readonly #values = new Map<number, number>();
  /** By ascending step. */
  #sorted: Report[] = [];
  /** The same reports, minimised. */
  #minimised: Report[] = [];
  /** Reports that came after one of a later step; they are sorted in when somebody reads. */
  #late: Report[] = [];
  #curves: GrowingCurves | undefined;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  /** By ascending step; a copy. */
  get list(): readonly Report[] {
    this.#placeLate();
    return [...this.#sorted];
  }

  /**
   * Minimised, by ascending step. No copy: the array grows at its end as the trial reports, and is
   * replaced by another one where a report comes out of order.
   */
  get view(): readonly Report[] {
    this.#placeLate();
    return this.#minimised;
  }

  /** The report at the largest step. */
  get last(): Report | undefined {
    return this.#sorted.at(-1);
  }

  /** The value that was reported at a step; undefined if there is none. */
  at(step: number): number | undefined {
    return this.#values.get(step);
  }

  /** @throws HpoError unless the value is a number and the step an integer ≥ 0 */
  add(value: number, step: number): Report {
    checkReport(value, step);
    const report = { step, value };
    this.#values.set(step, value);
    if (this.last !== undefined && step < this.last.step) this.#late.push(report);
    else {
      this.#sorted.push(report);
      this.#minimised.push(this.#flip(report));
    }
    return report;
  }

  #placeLate(): void {
    if (this.#late.length === 0) return;
    this.#sorted = [...this.#sorted, ...this.#late].sort((a, b) => a.step - b.step);
    this.#minimised = this.#sorted.map((report) => this.#flip(report));
    this.#late = [];
  }

  #flip({ step, value }: Report): Report {
    return { step, value: minimised(value, this.#direction) };
  }

  /** @throws HpoError if a value is no number, or the step no integer ≥ 0 */
  log(values: Readonly<Record<string, number>>, step: number): void {
    checkLog(values, step);
    // Without a prototype: a curve may have any name, "constructor" included.
    const curves = (this.#curves ??= Object.create(null) as GrowingCurves);
    for (const [name, value] of Object.entries(values)) (curves[name] ??= []).push([step, value]);
  }

  /** Undefined if nothing was logged. */
  get logged(): Curves | undefined {
    return this.#curves;
  }

  get curves(): Curves {
    return this.#curves ?? NO_CURVES;
  }

  /** Without the curves beside the metric. */
  drop(): void {
    this.#values.clear();
    this.#sorted = [];
    this.#minimised = [];
    this.#late = [];
  }

  clear(): void {
    this.drop();
    this.#curves = undefined;
  }
}
