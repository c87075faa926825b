import { checkedConstraints, endAttributes } from "./end-attributes.ts";
import { keepArtifact, madeDirectory } from "../../artifacts/trial-directory.ts";
import type { Continuation } from "../../contracts/objective.ts";
import type { HostTrial, TrialStudy } from "../../contracts/runner.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Attributes, Curves, Report, RunningTrial } from "../../contracts/trial.ts";
import { TrialFinishedError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import {
  categoricalDistribution,
  type Distribution,
  type FloatOptions,
  type IntOptions,
  type Scalar,
} from "../../space/distribution.ts";
import { named } from "../../space/named.ts";
import { suggestedFloat, suggestedInt } from "../../space/range-options.ts";
import type { Params, SearchSpace } from "../../space/search-space.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import { StopSignal } from "./stop-signal.ts";
import { TrialAttributes } from "./trial-attributes.ts";
import { TrialClock } from "./trial-clock.ts";
import type { TrialHooks } from "./trial-hooks.ts";
import { heldOf } from "./trial-lease.ts";
import { TrialOutput } from "./trial-output.ts";
import { TrialParams } from "./trial-params.ts";
import { TrialReports } from "./trial-reports.ts";

/** A running trial in the main thread: every call of its objective ends here. */
export class ActiveTrial implements HostTrial {
  readonly id: number;
  readonly number: number;
  readonly startedAt: Date;
  readonly study: TrialStudy;
  /** The lease sent with each write of the trial; undefined if another program runs it. */
  readonly held: Held | undefined;
  readonly clock: TrialClock;
  readonly #hooks: TrialHooks;
  readonly #stop = new StopSignal();
  readonly #params: TrialParams;
  readonly #reports: TrialReports;
  readonly #attributes: TrialAttributes;
  readonly #output = new TrialOutput({
    directory: () => this.directory,
    note: (message) => this.note(message),
  });
  #seed: number | undefined;
  #constraints: readonly number[] | undefined;
  /** Whether its end was written, or is being written. */
  hasEnded = false;

  /** @param suggested values for parameters that the objective has yet to ask for */
  constructor(id: number, trial: RunningTrial, suggested: Params, hooks: TrialHooks) {
    this.id = id;
    this.number = trial.number;
    this.startedAt = trial.startedAt ?? new Date();
    this.clock = new TrialClock(this.startedAt);
    this.held = heldOf(trial.systemAttrs);
    this.#hooks = hooks;
    this.study = hooks.study;
    this.#reports = new TrialReports(hooks.direction);
    for (const { step, value } of trial.reports) this.#reports.add(value, step);
    this.#params = new TrialParams(trial, suggested, {
      seed: hooks.seed,
      knownDistribution: (name) => hooks.knownDistribution(name),
      write: (change) => hooks.write(id, change),
      note: (message) => hooks.note(message),
    });
    this.#attributes = new TrialAttributes(trial, (attributes) => hooks.write(id, { attributes }));
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  abort(reason?: unknown): void {
    this.#stop.abort(reason);
  }

  begin(): void {
    this.clock.begin();
  }
  startsWorker(): void {
    this.clock.startsWorker();
  }
  heard(): void {
    this.clock.heard();
  }

  get seed(): number {
    this.#seed ??= createRng(this.#hooks.seed, "trial", this.number).integer(0, 2 ** 31 - 1);
    return this.#seed;
  }

  get params(): Params {
    return this.#params.own;
  }

  /** Asks for all parameters of a space, for a program that can't ask for them itself. */
  askAll(space: SearchSpace): void {
    this.#params.suggestAll(space);
  }

  get userAttrs(): Attributes {
    return this.#attributes.user;
  }
  /** The trial as it stands, by ascending step. */
  snapshot(): RunningTrial {
    return {
      state: "running",
      number: this.number,
      params: this.#params.values,
      distributions: this.#params.distributions,
      reports: this.reports,
      userAttrs: this.#attributes.user,
      systemAttrs: this.#attributes.system,
      startedAt: this.startedAt,
      ...this.#attributes.placement,
    };
  }

  /** The trial as strategies and pruners see it; its reports are not copied, and grow with it. */
  pending(): PendingTrial {
    const { continueFrom } = this.#attributes;
    return {
      number: this.number,
      params: this.#params.values,
      reports: this.#reports.view,
      ...(continueFrom !== undefined && { continueFrom }),
    };
  }

  /** The device that it runs on, if devices are used. */
  get device(): string | undefined {
    return this.#attributes.device;
  }

  setDevice(name: string): void {
    this.#checkRunning("setDevice");
    this.#attributes.setDevice(name);
  }

  setVersions(versions: Readonly<Record<string, string>>): void {
    this.#attributes.setVersions(versions);
  }

  /** By ascending step. */
  get reports(): readonly Report[] {
    return this.#reports.list;
  }

  report(value: number, step: number): void {
    this.#checkRunning("report");
    const before = this.#reports.at(step);
    if (before !== undefined && typeof value === "number") {
      this.note(
        `Trial ${this.number} reported step ${step} twice; the first value, ${before}, stands.`,
      );
      return;
    }
    const report = this.#reports.add(value, step);
    this.#hooks.write(this.id, { reports: [report] });
    this.#hooks.reported(this.number, report);
  }

  hasReportAt(step: number): boolean {
    return this.#reports.at(step) !== undefined;
  }

  shouldPrune(): boolean {
    this.#checkRunning("shouldPrune");
    const { last } = this.#reports;
    if (last === undefined) return false;
    if (this.maxStep !== undefined && last.step >= this.maxStep) return true;
    const judgement = this.#hooks.judge?.(this.pending(), this.curves);
    if (!judgement) return false;
    const { prune, text } = judgement;
    const isNews = this.#attributes.keepJudgement(judgement, last.step);
    if (isNews && !prune) this.note(`Trial ${this.number}: ${text}`);
    return prune;
  }

  get maxStep(): number | undefined {
    return this.#attributes.maxStep;
  }
  get continueFrom(): Continuation | undefined {
    const number = this.#attributes.continueFrom;
    const lastStep = number === undefined ? undefined : this.#hooks.lastStepOf(number);
    if (number === undefined || lastStep === undefined) return undefined;
    return { number, directory: this.#hooks.directoryOf(number), lastStep };
  }

  log(values: Readonly<Record<string, number>>, step: number): void {
    this.#checkRunning("log");
    this.#reports.log(values, step);
  }

  get curves(): Curves {
    return this.#reports.curves;
  }

  setUserAttr(name: string, value: unknown): void {
    this.#checkRunning("setUserAttr");
    this.#attributes.setUser(name, value);
  }

  get directoryPath(): string {
    return this.#hooks.directoryOf(this.number);
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
    this.#constraints = checkedConstraints("setConstraints", values);
  }

  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.suggest(name, () => suggestedFloat(low, high, options)) as number;
  }

  suggestInt(name: string, low: number, high: number, options?: IntOptions): number {
    return this.suggest(name, () => suggestedInt(low, high, options)) as number;
  }

  suggestCategorical<const Choice extends Scalar>(
    name: string,
    choices: readonly Choice[],
  ): Choice {
    return this.suggest(name, () => categoricalDistribution(choices)) as Choice;
  }

  suggest(name: string, distribution: () => Distribution): Scalar {
    this.#checkRunning(`suggest("${name}")`);
    return this.#params.suggest(name, named(name, distribution));
  }

  dropReports(): void {
    this.#checkRunning("dropReports");
    this.#reports.drop();
    this.#hooks.write(this.id, { clearReports: true });
  }

  retry(why: string): void {
    this.#checkRunning("retry");
    const { count, system } = this.#attributes.countRetry();
    this.#reports.clear();
    this.#constraints = undefined;
    this.begin();
    this.#hooks.write(this.id, { clearReports: true, attributes: { system } });
    this.note(`Trial ${this.number} is tried again (retry ${count}): ${why}`);
  }

  note(message: string): void {
    this.#hooks.note(message);
  }

  /** Writes output to the trial's folder as it comes; not for a study that only this process sees. */
  streamOutput(text: string): void {
    if (this.#hooks.isShared) this.#output.stream(text);
  }

  writeOutput(text: string): void {
    this.#output.keep(text);
  }

  /** Called when the trial has ended or was handed back. */
  closeOutput(): void {
    this.#output.close();
  }

  /** Ends the objective's access, and gives the attributes to be written with the end. */
  end(): { readonly trial: RunningTrial; readonly system: Attributes | undefined } {
    this.#checkRunning("tell");
    this.hasEnded = true;
    this.closeOutput();
    this.#params.noteUnasked();
    const { logged: curves } = this.#reports;
    const output = this.#output.end;
    const system = endAttributes({ constraints: this.#constraints, curves, output });
    const trial = this.snapshot();
    return { trial: { ...trial, systemAttrs: { ...trial.systemAttrs, ...system } }, system };
  }

  #checkRunning(call: string): void {
    this.heard();
    if (this.hasEnded) {
      throw new TrialFinishedError(
        `${call}: trial ${this.number} is finished; finished trials never change.`,
      );
    }
  }
}
