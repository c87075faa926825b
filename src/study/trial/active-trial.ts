import { setMaxListeners } from "node:events";
import { HpoError, TrialFinishedError } from "../../errors/errors.ts";
import type { Continuation } from "../../contracts/objective.ts";
import { createRng } from "../../numerics/rng.ts";
import type { HostTrial } from "../../contracts/runner.ts";
import { keepArtifact, madeDirectory } from "../../artifacts/trial-directory.ts";
import {
  cardinality,
  categoricalDistribution,
  checkCompatible,
  contains,
  floatDistribution,
  intDistribution,
  valueAt,
  type Distribution,
  type FloatOptions,
  type IntOptions,
  type Scalar,
} from "../../space/distribution.ts";
import type { Params } from "../../space/search-space.ts";
import { fromUnit } from "../../space/unit-cube.ts";
import { ATTRIBUTE, type TrialChange } from "../../contracts/storage.ts";
import type { Judgement } from "../../contracts/pruner.ts";
import { TrialOutput } from "./trial-output.ts";
import type { Attributes, Curves, Report, RunningTrial } from "../../contracts/trial.ts";

/** What the study does for its running trials. */
export interface TrialKeeper {
  readonly seed: number;
  /** Writes a trial's news in the background; the study waits for it before the trial's end. */
  write(trialId: number, change: TrialChange): void;
  reported(trial: ActiveTrial, report: Report): void;
  shouldPrune(trial: ActiveTrial): boolean;
  /** The distribution under which the study knows a parameter, if it does. */
  knownDistribution(name: string): Distribution | undefined;
  note(message: string): void;
  /** Whether other processes can see the study. */
  readonly isShared: boolean;
  /** Where a trial keeps its files; not made yet. */
  directoryOf(trialNumber: number): string;
  /** The step of a trial's last report; undefined if there is none. */
  lastStepOf(trialNumber: number): number | undefined;
}

const NO_REPORTS: readonly Report[] = Object.freeze([]);
const NO_CURVES: Curves = Object.freeze({});
const MAX_SEED = 2 ** 31 - 1;

/** A running trial in the main thread: what the objective's calls become. */
export class ActiveTrial implements HostTrial {
  readonly id: number;
  readonly number: number;
  readonly #keeper: TrialKeeper;
  readonly #suggested: Params;
  #params: Params;
  #distributions: Readonly<Record<string, Distribution>>;
  #userAttrs: Attributes;
  #systemAttrs: Attributes;
  readonly #reports = new Map<number, number>();
  #curves: Record<string, [step: number, value: number][]> | undefined;
  readonly startedAt: Date;
  #seed: number | undefined;
  #constraints: readonly number[] | undefined;
  /** The kinds of the pruner's words that are kept already. */
  readonly #said = new Set<string>();
  readonly #output = new TrialOutput({
    directory: () => this.directory,
    note: (message) => this.note(message),
  });
  #ended = false;
  #stop: AbortController | undefined;
  #beganAt: number | undefined;
  #heardAt = 0;

  /** @param suggested values for parameters that the objective has yet to ask for */
  constructor(id: number, trial: RunningTrial, suggested: Params, keeper: TrialKeeper) {
    this.id = id;
    this.number = trial.number;
    this.#keeper = keeper;
    this.#suggested = suggested;
    // Shared with the history, replaced on change: most trials change none of them.
    this.#params = trial.params;
    this.#distributions = trial.distributions;
    this.#userAttrs = trial.userAttrs;
    this.#systemAttrs = trial.systemAttrs;
    this.startedAt = trial.startedAt ?? new Date();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Tells the trial to stop. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  get #controller(): AbortController {
    if (!this.#stop) {
      this.#stop = new AbortController();
      // One fetch per step may listen to it.
      setMaxListeners(0, this.#stop.signal);
    }
    return this.#stop;
  }

  begin(): void {
    this.#beganAt = this.#heardAt = performance.now();
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  /** When it last began to run, as `performance.now()` counts; undefined while it waits. */
  get beganAt(): number | undefined {
    return this.#beganAt;
  }

  /** When it last said something, as `performance.now()` counts. */
  get heardAt(): number {
    return this.#heardAt;
  }

  get seed(): number {
    return (this.#seed ??= createRng(this.#keeper.seed, "trial", this.number).integer(0, MAX_SEED));
  }

  get params(): Params {
    return this.#params;
  }

  get userAttrs(): Readonly<Record<string, unknown>> {
    return this.#userAttrs;
  }

  /** The trial as it stands, by ascending step. */
  snapshot(): RunningTrial {
    return {
      state: "running",
      number: this.number,
      params: this.#params,
      distributions: this.#distributions,
      reports: this.reports,
      userAttrs: this.#userAttrs,
      systemAttrs: this.#systemAttrs,
      startedAt: this.startedAt,
      ...(this.device !== undefined && { device: this.device }),
      ...(ATTRIBUTE.continueFrom in this.#systemAttrs && {
        continueFrom: this.#systemAttrs[ATTRIBUTE.continueFrom] as number,
      }),
    };
  }

  /** What it runs on, where devices are used. */
  get device(): string | undefined {
    return this.#systemAttrs[ATTRIBUTE.device] as string | undefined;
  }

  setDevice(name: string): void {
    this.#checkRunning("setDevice");
    if (this.device === name) return;
    this.#setSystem({ [ATTRIBUTE.device]: name });
  }

  get reports(): readonly Report[] {
    if (this.#reports.size === 0) return NO_REPORTS;
    const reports = [...this.#reports].map(([step, value]) => ({ step, value }));
    return reports.sort((a, b) => a.step - b.step);
  }

  report(value: number, step: number): void {
    this.#checkRunning("report");
    if (typeof value !== "number") {
      throw new HpoError(`report: the value ${String(value)} is no number. Report the metric.`);
    }
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new HpoError(
        `report: step=${String(step)} is no integer ≥ 0. Count epochs or batches.`,
      );
    }
    if (this.#reports.has(step)) {
      this.#keeper.note(
        `Trial ${this.number} reported step ${step} twice; the first value, ` +
          `${this.#reports.get(step)}, stands.`,
      );
      return;
    }
    this.#reports.set(step, value);
    const report = { step, value };
    this.#keeper.write(this.id, { reports: [report] });
    this.#keeper.reported(this, report);
  }

  shouldPrune(): boolean {
    this.#checkRunning("shouldPrune");
    if (this.#reports.size === 0) return false;
    const { maxStep = Infinity } = this;
    for (const step of this.#reports.keys()) if (step >= maxStep) return true;
    return this.#keeper.shouldPrune(this);
  }

  get maxStep(): number | undefined {
    return this.#systemAttrs[ATTRIBUTE.maxStep] as number | undefined;
  }

  get continueFrom(): Continuation | undefined {
    const number = this.#systemAttrs[ATTRIBUTE.continueFrom] as number | undefined;
    const lastStep = number === undefined ? undefined : this.#keeper.lastStepOf(number);
    if (number === undefined || lastStep === undefined) return undefined;
    return { number, directory: this.#keeper.directoryOf(number), lastStep };
  }

  log(values: Readonly<Record<string, number>>, step: number): void {
    this.#checkRunning("log");
    const curves = (this.#curves ??= {});
    for (const [name, value] of Object.entries(values)) (curves[name] ??= []).push([step, value]);
  }

  /** What it has logged so far. */
  get curves(): Curves {
    return this.#curves ?? NO_CURVES;
  }

  /** Keeps what the pruner says of it: its first warning, and why it stops the trial. */
  judged({ prune, text }: Judgement): void {
    const name = prune ? ATTRIBUTE.whyPruned : ATTRIBUTE.warning;
    if (text === undefined || this.#said.has(name)) return;
    this.#said.add(name);
    this.#setSystem({ [name]: { step: this.reports.at(-1)?.step, text } });
    if (!prune) this.note(`Trial ${this.number}: ${text}`);
  }

  #setSystem(system: Attributes): void {
    this.#systemAttrs = { ...this.#systemAttrs, ...system };
    this.#keeper.write(this.id, { attributes: { system } });
  }

  setUserAttr(name: string, value: unknown): void {
    this.#checkRunning("setUserAttr");
    this.#userAttrs = { ...this.#userAttrs, [name]: value };
    this.#keeper.write(this.id, { attributes: { user: { [name]: value } } });
  }

  get directoryPath(): string {
    return this.#keeper.directoryOf(this.number);
  }

  get directory(): string {
    return madeDirectory(this.directoryPath);
  }

  saveArtifact(name: string, data?: string | Uint8Array): string {
    this.#checkRunning("saveArtifact");
    return keepArtifact(this.directoryPath, name, data);
  }

  setConstraints(values: readonly number[]): void {
    this.#checkRunning("setConstraints");
    if (!values.every((value) => typeof value === "number" && !Number.isNaN(value))) {
      throw new HpoError(
        `setConstraints([${values.join(", ")}]): give numbers, ≤ 0 where feasible.`,
      );
    }
    this.#constraints = [...values];
  }

  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.#suggest(name, floatDistribution(low, high, options)) as number;
  }

  suggestInt(name: string, low: number, high: number, options?: IntOptions): number {
    return this.#suggest(name, intDistribution(low, high, options)) as number;
  }

  suggestCategorical<const Choice extends Scalar>(
    name: string,
    choices: readonly Choice[],
  ): Choice {
    return this.#suggest(name, categoricalDistribution(choices)) as Choice;
  }

  #suggest(name: string, distribution: Distribution): Scalar {
    this.#checkRunning(`suggest("${name}")`);
    const before = this.#distributions[name] ?? this.#keeper.knownDistribution(name);
    if (before) checkCompatible(name, before, distribution);
    if (Object.hasOwn(this.#distributions, name)) return this.#params[name];
    const value = this.#valueFor(name, distribution);
    this.#params = { ...this.#params, [name]: value };
    this.#distributions = { ...this.#distributions, [name]: distribution };
    const change = { params: { [name]: value }, distributions: { [name]: distribution } };
    this.#keeper.write(this.id, change);
    return value;
  }

  #valueFor(name: string, distribution: Distribution): Scalar {
    if (cardinality(distribution) === 1) return valueAt(distribution, 0);
    for (const known of [this.#params, this.#suggested]) {
      if (Object.hasOwn(known, name) && contains(distribution, known[name])) return known[name];
    }
    this.#keeper.note(`"${name}" is new to the strategy in this range: it is drawn uniformly.`);
    const rng = createRng(this.#keeper.seed, "new parameter", this.number, name);
    return fromUnit(distribution, rng.uniform());
  }

  retry(why: string): void {
    this.#checkRunning("retry");
    const count = Number(this.#systemAttrs[ATTRIBUTE.retries] ?? 0) + 1;
    const unsaid = Object.fromEntries([...this.#said].map((name) => [name, null]));
    const system = { [ATTRIBUTE.retries]: count, ...unsaid };
    this.#said.clear();
    this.#systemAttrs = { ...this.#systemAttrs, ...system };
    this.#reports.clear();
    this.#curves = undefined;
    this.#constraints = undefined;
    this.begin();
    this.#keeper.write(this.id, { clearReports: true, attributes: { system } });
    this.note(`Trial ${this.number} is tried again (retry ${count}): ${why}`);
  }

  note(message: string): void {
    this.#keeper.note(message);
  }

  /** Where no other process can see the study, nobody would look. */
  streamOutput(text: string): void {
    if (this.#keeper.isShared) this.#output.stream(text);
  }

  /** It ended, or was handed back. */
  closeOutput(): void {
    this.#output.close();
  }

  writeOutput(text: string): void {
    this.#output.keep(text);
  }

  /** Ends the objective's access and gives what is still to be written with the end. */
  end(): { readonly trial: RunningTrial; readonly system: Attributes | undefined } {
    this.#checkRunning("tell");
    this.#ended = true;
    this.closeOutput();
    const constraints = this.#constraints && { constraints: this.#constraints };
    const curves = this.#curves && { "hpo:curves": this.#curves };
    const { end } = this.#output;
    const output = end !== "" && { "hpo:output": end };
    const trial = this.snapshot();
    if (!constraints && !curves && !output) return { trial, system: undefined };
    const system = { ...constraints, ...curves, ...output };
    return { trial: { ...trial, systemAttrs: { ...trial.systemAttrs, ...system } }, system };
  }

  #checkRunning(call: string): void {
    this.heard();
    if (this.#ended) {
      throw new TrialFinishedError(
        `${call}: trial ${this.number} is finished; finished trials never change.`,
      );
    }
  }
}
