import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Provenance } from "../contracts/provenance.ts";
import { keepFiles } from "./cleaning/file-keeper.ts";
import { notifier } from "./notify/notifier.ts";
import { findReceiver } from "./notify/find-receiver.ts";
import { notifiedOf } from "./notify/notify-options.ts";
import { provenanceIn } from "./provenance/find-provenance.ts";
import { knownSpace } from "./space-seen.ts";
import { HpoError } from "../errors/errors.ts";
import type { Runner, TrialStudy } from "../contracts/runner.ts";
import type {
  Attributes,
  CompleteTrial,
  Direction,
  FinishedTrial,
  RunningTrial,
} from "../contracts/trial.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { optimize, type OptimizedStudy } from "./optimize.ts";
import type { OptimizeOptions } from "./run-options.ts";
import type { StudyStop } from "./stopping/study-stop.ts";
import { StudyState, type HeldTrial, type StudyParts } from "./study-state.ts";
import type { Ask, Behind } from "./asking/plan-trials.ts";
import { TrialStarter, type AskOutcome } from "./asking/trial-starter.ts";
import type { ActiveTrial } from "./trial/active-trial.ts";
import { refusedEnd } from "./trial/held-trial.ts";
import { Pruning } from "./trial/pruning.ts";
import type { End, Metrics } from "./trial/trial-end.ts";
import type { TrialHooks } from "./trial/trial-hooks.ts";
import { HANDED_BACK, type RemoteSlot } from "./trial/trial-lease.ts";
import { mergeAll } from "./trial/trial-writer.ts";

/** @see StudyEngine.ask */
interface EngineAsk extends Pick<Ask, "expires" | "total"> {
  /** The trials' provenance; null if unknown, left out if this process runs them. */
  readonly provenance?: Provenance | null;
}

/** The most trials that one `ask` may start: far more than run at once anywhere. */
const MOST_AT_ONCE = 10_000;

/**
 * Starts, watches and ends the trials of an open study. `Study` is what users see of it; the command
 * line and the bench reach it through `engineOf`.
 */
export class StudyEngine implements OptimizedStudy {
  readonly state: StudyState;
  readonly starter: TrialStarter;
  readonly #pruning: Pruning | undefined;
  /** The folder from which this process runs trials: its study file's. */
  sourceFolder: string;
  #stopRequested = false;

  constructor(parts: StudyParts) {
    this.state = new StudyState(parts);
    const { pruner, record } = parts;
    this.#pruning = pruner && new Pruning(pruner, record.directions, this.state.version.roles);
    this.starter = new TrialStarter(this.state, this.#hooks());
    const { url } = parts.defaults;
    this.sourceFolder = url?.startsWith("file:") ? dirname(fileURLToPath(url)) : process.cwd();
  }

  get directions(): readonly Direction[] {
    return this.state.record.directions;
  }
  get finished(): readonly FinishedTrial[] {
    return this.state.history.finished;
  }
  get bestTrials(): readonly CompleteTrial[] {
    return this.state.history.front;
  }
  get space(): SearchSpace {
    return knownSpace(this.state);
  }
  get metrics(): Metrics {
    return { directions: this.directions, names: this.state.parts.metricNames };
  }

  /**
   * Asks for up to `count` trials; it gives fewer if nothing is left to suggest, or the study has
   * its total (by default its definition's). With `expires`, another program runs and tells them:
   * they outlive this process, and count as lost if not told by then.
   */
  async ask(
    count: number,
    { expires, total, provenance: given }: EngineAsk = {},
  ): Promise<ActiveTrial[]> {
    if (count > MOST_AT_ONCE) {
      throw new HpoError(
        `ask: count=${count} must be at most ${MOST_AT_ONCE}: all of them would run at once. ` +
          "Ask for as many as you run, and again when these have ended.",
      );
    }
    const ask = { expires, total: total ?? this.state.version.trialBudget };
    const { name } = this.state.record;
    if (expires !== undefined && !this.state.version.space) await this.state.refresh();
    const space = knownSpace(this.state);
    // Another program can't ask for parameters as it runs: it gets all of them at once.
    const isFixed = expires !== undefined && !this.state.version.space;
    if (isFixed && space.parameters.length === 0) {
      throw new HpoError(
        `ask: study ${JSON.stringify(name)} declares no search space, and none of its trials tells of one, so that ` +
          "nothing can be suggested to a program outside. Declare a space in a study file of that name.",
      );
    }
    const isHere = expires === undefined && given === undefined;
    const provenance = isHere ? await this.#provenance() : (given ?? undefined);
    const asks = Array.from({ length: count }, () => this.starter.ask({ ...ask, provenance }));
    const answers = await Promise.all(asks);
    const trials = answers.flatMap((answer) => (answer.kind === "trial" ? [answer.trial] : []));
    if (isFixed) for (const trial of trials) trial.askAll(space);
    return trials;
  }

  /**
   * Whether to ask while an end is being written: not if suggestions, made ahead then, are slow.
   */
  get asksBehind(): boolean {
    return this.state.isShared && !this.starter.suggestions.isSlow;
  }

  /** A trial, unless the study has `total` already or nothing is left to suggest. */
  async askWithin(total: number | undefined, behind?: Behind): Promise<AskOutcome> {
    return this.starter.ask({ total, behind, provenance: await this.#provenance() });
  }

  /** As `askWithin`, for a worker elsewhere. */
  askFor(remote: RemoteSlot, total: number | undefined): Promise<AskOutcome> {
    return this.starter.ask({ remote, total });
  }

  /** This process's provenance; undefined for a study in memory, which ends with the process. */
  async #provenance(): Promise<Provenance | undefined> {
    return this.state.isShared ? provenanceIn(this.sourceFolder) : undefined;
  }

  get held(): readonly HeldTrial[] {
    return this.state.held();
  }

  /** Trials that are finished or run; lost ones will be started again. */
  get occupied(): number {
    const { history } = this.state;
    const alive = history.running.filter((trial) => this.state.actionFor(trial).kind === "leave");
    return history.ran + alive.length;
  }

  /** Runs trials until a limit is reached. The caller closes the runner. @returns why it stopped */
  async optimizeWith(runner: Runner, options: OptimizeOptions): Promise<string> {
    this.#stopRequested = false;
    const notified = notifiedOf(options);
    findReceiver("notify", notified);
    const keeper = keepFiles(this.state, options);
    const notices = notifier(this.state, notified);
    let reason: string;
    try {
      reason = await optimize(this, runner, options).finally(() => keeper.end());
      notices.ended(reason);
    } catch (error) {
      notices.failed((error as Error).message);
      throw error;
    } finally {
      this.starter.suggestions.close();
      await notices.close();
    }
    await this.#keepStop({ reason, trials: this.finished.length });
    this.state.hub.emit({ type: "stopped", reason });
    return reason;
  }

  /** Keeps why the study stopped, for `study.stopped` and `hpo study show`. */
  async #keepStop(stop: StudyStop): Promise<void> {
    const { state } = this;
    const system = { [ATTRIBUTE.stopped]: stop };
    await state.storage.setStudyAttributes(state.record.id, { system });
    state.record = { ...state.record, systemAttrs: { ...state.record.systemAttrs, ...system } };
  }

  /** How many trials run in this process. */
  get running(): number {
    return this.state.active.size;
  }

  /** How many of them have an objective that has not ended. */
  get training(): number {
    return [...this.state.active.values()].filter(({ hasEnded }) => !hasEnded).length;
  }

  stop(): void {
    this.#stopRequested = true;
  }

  get stopRequested(): boolean {
    return this.#stopRequested;
  }

  /** Tells the trials that run in this process to stop as soon as they can; who runs them hands them back. */
  interrupt(reason: Error): void {
    for (const trial of this.state.active.values()) trial.abort(reason);
  }

  /** Tells the trials that run in this process to stop at once, and hands them back. */
  async abort(): Promise<void> {
    const running = [...this.state.active.values()];
    for (const trial of running) trial.abort();
    await Promise.all(running.map((trial) => this.#release(trial)));
  }

  /** Hands a trial that runs here back, to be started again as it was. */
  async handBack(number: number): Promise<void> {
    const trial = this.state.active.get(number);
    if (trial) await this.#release(trial);
  }

  /** Hands a trial back, to be started again as it was: by the next ask, here or elsewhere. */
  async #release(trial: ActiveTrial): Promise<void> {
    this.state.active.delete(trial.number);
    trial.closeOutput();
    await this.state.writer.settle(trial.id);
    this.state.writer.drop(trial.id);
    const change = { attributes: { system: HANDED_BACK } };
    await this.state.storage.updateTrial(trial.id, change, trial.held);
  }

  /** Whether the trial still runs here: it was neither told nor handed back. */
  holds(trial: ActiveTrial): boolean {
    return this.state.active.get(trial.number) === trial;
  }

  /**
   * Ends a running trial. @throws TrialFinishedError if it ended before.
   * @param told system attributes that come with the end
   */
  async end(number: number, end: End, told?: Attributes): Promise<FinishedTrial> {
    const { active: running, history, writer } = this.state;
    const active = running.get(number);
    if (!active) return this.state.finish(history.get(number) as RunningTrial, {}, end);
    const { trial, system: known } = active.end();
    const unasked = end.state === "complete" && this.#pruning?.unaskedNote(trial.reports);
    if (unasked) this.note(unasked);
    const system = told ? { ...known, ...told } : known;
    const rest = await writer.settle(active.id);
    // Another process may have taken the trial over meanwhile; then this one may not end it.
    if ((running.get(number) ?? active) !== active)
      throw refusedEnd(history.get(number) as RunningTrial);
    writer.drop(active.id);
    const change = system ? mergeAll([rest, { attributes: { system } }]) : rest;
    return this.state.finish(trial, change, end);
  }

  /** Notes a message once, also for listeners that subscribe later. */
  note(message: string): void {
    this.state.hub.note(message);
  }

  #facts(): TrialStudy {
    const { names, directions } = this.metrics;
    const nameOf = (at: number): string =>
      names?.[at] ?? (directions.length === 1 ? "value" : String(at));
    const metrics: Record<string, Direction> = {};
    for (const [at, direction] of directions.entries()) metrics[nameOf(at)] = direction;
    return { name: this.state.record.name, metrics };
  }

  #hooks(): TrialHooks {
    const { state } = this;
    const pruning = this.#pruning;
    return {
      seed: state.version.seed,
      direction: state.record.directions[0],
      study: this.#facts(),
      write: (trialId, change) => state.writer.write(trialId, change),
      reported: (number, report) => state.hub.emit({ type: "reported", number, report }),
      ...(pruning && {
        judge: (trial, curves) => {
          const others = state.pending().filter((other) => other.number !== trial.number);
          const { finished, excluded } = state.history;
          return pruning.judge(trial, curves, others, finished, excluded);
        },
      }),
      knownDistribution: (name) =>
        this.starter.suggester.space.parameters.find((parameter) => parameter.name === name)
          ?.distribution,
      note: (message) => this.note(message),
      isShared: state.isShared,
      directoryOf: (trialNumber) => state.parts.folders.of(trialNumber),
      lastStepOf: (trialNumber) => state.history.get(trialNumber)?.reports.at(-1)?.step,
    };
  }
}
