import { setMaxListeners } from "node:events";
import { hostname } from "node:os";
import { join } from "node:path";
import type { CompleteTrial, Direction, FinishedTrial } from "../contracts/trial.ts";
import type { Provenance } from "../contracts/provenance.ts";
import { BEAT_MS } from "../contracts/trial-lease.ts";
import { TrialLostError } from "../errors/errors.ts";
import { spaceOf, type SearchSpace } from "../space/search-space.ts";
import { trialOf } from "../storage/record.ts";
import type { AskOutcome } from "../study/asking/trial-starter.ts";
import type { OptimizedStudy } from "../study/optimize.ts";
import { declaredMetrics, type StudyDefinition } from "../study/study-definition.ts";
import type { HeldTrial } from "../study/study-state.ts";
import type { ActiveTrial } from "../study/trial/active-trial.ts";
import { withFailure } from "../study/trial/end-attributes.ts";
import type { End, Metrics } from "../study/trial/trial-end.ts";
import { workerId } from "../system/process-identity.ts";
import { RemoteTrial } from "./remote-trial.ts";
import { resultSpool, type Result, type ResultSpool } from "./result-spool.ts";
import { tellLeft, tellResult, type Answered } from "./tell-result.ts";
import type { WorkSource } from "./work-source.ts";

export interface RemoteStudyOptions {
  readonly source: WorkSource;
  /** The worker's own definition; its space, metrics and seed are those of the study. */
  readonly definition: StudyDefinition;
  /** Where trials keep their files on this machine, in a folder each. */
  readonly folder: string;
  note(message: string): void;
  /** SHA-256 of its study file. */
  readonly file?: string;
  /** The worker's id; by default that of this process. */
  readonly worker?: string;
  readonly beatMs?: number;
  /** The code and the versions that its trials run with. */
  readonly provenance?: Provenance;
}

/** A study at a coordinator, as the worker sees it that runs its trials. */
export class RemoteStudy implements OptimizedStudy {
  readonly directions: readonly Direction[];
  readonly metrics: Metrics;
  readonly space: SearchSpace;
  readonly finished: readonly FinishedTrial[] = [];
  readonly bestTrials: readonly CompleteTrial[] = [];
  readonly occupied = 0;
  readonly #options: RemoteStudyOptions;
  readonly #worker: string;
  readonly #spool: ResultSpool;
  readonly #active = new Map<number, RemoteTrial>();
  readonly #slots = new Map<RemoteTrial, number>();
  readonly #telling = new Set<Promise<Answered>>();
  readonly #notes = new Set<string>();
  readonly #beating: NodeJS.Timeout;
  readonly #claims = new AbortController();
  /** Why the last claim gave no trial. */
  #waits: string | undefined;
  #stopRequested = false;

  constructor(options: RemoteStudyOptions) {
    const { directions, metricNames } = declaredMetrics(options.definition);
    this.directions = directions;
    this.metrics = { directions, names: metricNames };
    this.space = options.definition.space ?? spaceOf([]);
    this.#options = options;
    this.#worker = options.worker ?? workerId;
    // This name is no trial's folder, as those are numbers.
    this.#spool = resultSpool(join(options.folder, "untold"), (message) => this.note(message));
    // Each claim under way listens to the signal: more than Node's limit may.
    setMaxListeners(0, this.#claims.signal);
    this.#beating = setInterval(() => void this.#beat(), options.beatMs ?? BEAT_MS);
    this.#beating.unref();
  }

  get running(): number {
    return this.#active.size;
  }

  /** How many running trials' objectives have not ended yet. */
  get training(): number {
    return [...this.#active.values()].filter(({ hasEnded }) => !hasEnded).length;
  }

  /** Tells what earlier workers in the same folder could not. */
  tellLeft(): Promise<void> {
    return tellLeft(this.#options.source, this.#spool, (message) => this.note(message));
  }

  get stopRequested(): boolean {
    return this.#stopRequested;
  }

  /** Claims nothing more; what runs is finished. */
  stop(): void {
    this.#stopRequested = true;
    this.#claims.abort();
  }

  /** While claims have to wait, what they wait for. */
  get held(): readonly HeldTrial[] {
    if (this.#waits === undefined) return [];
    const text = `No trial is to be had now: ${this.#waits}. It is asked for again.`;
    return [{ number: -1, key: "elsewhere", isLeased: true, text }];
  }

  async askWithin(): Promise<AskOutcome> {
    const slot = this.#takeSlot();
    const { provenance, file } = this.#options;
    try {
      const answer = await this.#options.source.claim(
        { worker: this.#worker, slot: String(slot), host: hostname(), provenance, file },
        this.#claims.signal,
      );
      if ("none" in answer) {
        this.#waits = answer.none === "wait" ? answer.why : undefined;
        this.#free.add(slot);
        return { kind: "full", why: answer.why };
      }
      const trial = this.#trial(answer);
      this.#active.set(trial.number, trial);
      this.#slots.set(trial, slot);
      return { kind: "trial", trial };
    } catch (error) {
      this.#free.add(slot);
      if (!this.#stopRequested) throw error;
      this.#waits = undefined;
      return { kind: "full", why: "stop was requested" };
    }
  }

  readonly #free = new Set<number>();
  #slotCount = 0;

  #takeSlot(): number {
    const [free = this.#slotCount++] = this.#free;
    this.#free.delete(free);
    return free;
  }

  #trial(claimed: ConstructorParameters<typeof RemoteTrial>[0]): RemoteTrial {
    const { definition, folder, source } = this.#options;
    const names = this.metrics.names ?? (this.directions.length === 1 ? ["value"] : []);
    const metrics = Object.fromEntries(
      this.directions.map((direction, index) => [names[index] ?? String(index), direction]),
    );
    return new RemoteTrial(claimed, {
      seed: definition.seed ?? 0,
      study: { name: definition.name, metrics },
      direction: this.directions[0],
      space: definition.space,
      directoryOf: (number) => join(folder, String(number)),
      note: (message) => this.note(message),
      report: (held, news) => source.report(held, news),
      lost: (trial) => this.#lose(trial),
    });
  }

  /** Whether the trial still runs here. */
  holds(trial: ActiveTrial): boolean {
    return this.#active.get(trial.number) === trial;
  }

  /** @throws TrialLostError if another worker has the trial */
  async end(number: number, end: End): Promise<FinishedTrial> {
    const active = this.#active.get(number)!;
    const news = active.stopNews();
    const { trial, system = {} } = active.end();
    const ranMs = active.clock.ranMs();
    try {
      const answer = await this.#tell({ held: active.lease, news, told: { end, system, ranMs } });
      if (answer === "lost") throw new TrialLostError(lostText(number));
    } finally {
      this.#forget(active);
    }
    const values = end.state === "failed" ? undefined : end.values;
    const systemAttrs = { ...trial.systemAttrs, ...withFailure({}, end)?.system };
    // By this machine's clock, as the study's may differ.
    const completedAt = new Date();
    const startedAt = new Date(completedAt.getTime() - ranMs);
    const times = { startedAt, completedAt };
    const record = { ...trial, state: end.state, id: number, systemAttrs, ...times };
    return trialOf(values ? { ...record, values } : record) as FinishedTrial;
  }

  /** Tells a result, kept in a file until it is answered: so a kill loses nothing. */
  async #tell(result: Result): Promise<Answered> {
    const kept = this.#spool.keep(result);
    const telling = tellResult(this.#options.source, result);
    this.#telling.add(telling);
    try {
      const told = await telling;
      kept?.drop();
      return told;
    } finally {
      this.#telling.delete(telling);
    }
  }

  /** Tells running trials to stop at once, and hands them back; waits for what is being told. */
  async abort(): Promise<void> {
    this.stop();
    const running = [...this.#active.values()].filter(({ hasEnded }) => !hasEnded);
    for (const trial of running) trial.abort();
    await Promise.all([...this.#telling, ...running.map((trial) => this.#release(trial))]);
  }

  /** Tells running trials to stop as soon as they can; who runs them hands them back. */
  interrupt(reason: Error): void {
    for (const trial of this.#active.values()) trial.abort(reason);
  }

  async handBack(number: number): Promise<void> {
    const trial = this.#active.get(number);
    if (trial) await this.#release(trial);
  }

  async #release(trial: RemoteTrial): Promise<void> {
    this.#forget(trial);
    trial.stopNews();
    trial.closeOutput();
    await this.#tell({ held: trial.lease, news: { from: 0, items: [] } });
  }

  /** Notes each message only once. */
  note(message: string): void {
    if (this.#notes.has(message)) return;
    this.#notes.add(message);
    this.#options.note(message);
  }

  /** Stops the heartbeats, and tells the coordinator so, unless trials still run here. */
  async close(): Promise<void> {
    clearInterval(this.#beating);
    if (this.#active.size === 0) await this.#options.source.leave(this.#worker);
  }

  #lose(trial: RemoteTrial): void {
    // If the trial's end is being told, the answer will say what became of it.
    if (!this.holds(trial) || trial.hasEnded) return;
    this.#forget(trial);
    trial.stopNews();
    trial.closeOutput();
    const error = new TrialLostError(lostText(trial.number));
    trial.abort(error);
    this.note(error.message);
  }

  #forget(trial: RemoteTrial): void {
    this.#active.delete(trial.number);
    const slot = this.#slots.get(trial);
    if (slot !== undefined) this.#free.add(slot);
    this.#slots.delete(trial);
  }

  async #beat(): Promise<void> {
    const held = [...this.#active.values()].map(({ lease }) => lease);
    if (held.length === 0) return;
    try {
      const lost = await this.#options.source.beat(this.#worker, held);
      for (const { number, lease } of lost) {
        const trial = this.#active.get(number);
        if (trial?.lease.lease === lease) this.#lose(trial);
      }
    } catch (error) {
      this.note((error as Error).message);
    }
  }
}

const lostText = (number: number): string =>
  `Trial ${number} was given to another worker, or ended by hand: it is stopped here, and nothing ` +
  "more is kept of this attempt.";
