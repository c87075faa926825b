import { BEAT_MS, LEASE_MS } from "../contracts/trial-lease.ts";
import { isFinished, type RunningTrial } from "../contracts/trial.ts";
import { StudyNotFoundError, TrialFinishedError, TrialLostError } from "../errors/errors.ts";
import { studyKey } from "../study/study-key.ts";
import { studyLimit, type StudyLimits } from "../study/stopping/study-limit.ts";
import { engineOf } from "../study/study-internals.ts";
import type { Study } from "../study/study.ts";
import type { ActiveTrial } from "../study/trial/active-trial.ts";
import { leaseOf, type RemoteSlot } from "../study/trial/trial-lease.ts";
import { AppliedNews } from "./applied-news.ts";
import { claimedOf } from "./claimed.ts";
import { fileDifference } from "./file-hash.ts";
import { HeardWorkers, type Present } from "./heard-workers.ts";
import { ShownWorkers } from "./shown-workers.ts";
import { waking } from "./waking.ts";
import type { DefinitionFacts } from "./definition-facts.ts";
import type {
  ClaimAnswer,
  Claimed,
  HeldHere,
  News,
  ServedFacts,
  Told,
  ToldEnd,
  Verdict,
  WorkSource,
} from "./work-source.ts";

export interface CoordinatorOptions extends StudyLimits {
  readonly definition: DefinitionFacts;
  readonly fileHash?: string;
  /** The id of its file store, if it takes trials' files: see ServedFacts. */
  readonly files?: string;
  /** After how long a silence a worker's trials may be given to others. Default: a minute. */
  readonly leaseMs?: number;
  /** How long a claim waits for a trial. Default: 25 s. */
  readonly waitMs?: number;
}

/** A coordinator. Its state is all in the storage, so it may be killed and started again. */
export interface Coordinator extends WorkSource {
  /** Why the study is done; undefined while it is not. */
  readonly done: string | undefined;
  /** Why nothing can be done for the study any more: it was deleted. */
  readonly gone: Error | undefined;
  /** Resolves once each worker that lives knows that the study is done. */
  allTold(): Promise<void>;
  /** The workers that live, those included that wait for a trial. */
  readonly present: Present;
  /** The trial, if this lease holds it. */
  find(held: HeldHere): Promise<ActiveTrial | undefined>;
  /** Ends its own timers; running trials go on. */
  close(): void;
}

/** Lets workers elsewhere run the trials of an open study. */
export async function coordinate(study: Study, options: CoordinatorOptions): Promise<Coordinator> {
  await study.refresh();
  const coordinator = new StudyCoordinator(study, options);
  await coordinator.begin();
  return coordinator;
}

const WAITS = { none: "wait", why: "its last trials run for other workers" } as const;

class StudyCoordinator implements Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #engine: ReturnType<typeof engineOf>;
  readonly #limit: () => string | undefined;
  readonly #leaseMs: number;
  readonly #beatMs: number;
  readonly #heard: HeardWorkers;
  readonly #news = new AppliedNews();
  /** The claims that are being answered, by worker and slot. */
  readonly #asking = new Map<string, Promise<Claimed | undefined>>();
  /** The ends that are being written, by lease. */
  readonly #ending = new Map<string, Promise<Told>>();
  readonly #beating: NodeJS.Timeout;
  readonly #changes = waking();
  readonly #shown: ShownWorkers;
  #isExhausted = false;
  gone: Error | undefined;
  #key = "";

  constructor(study: Study, options: CoordinatorOptions) {
    this.#options = options;
    this.#engine = engineOf(study);
    this.#limit = studyLimit(this.#engine, options);
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#beatMs = Math.min(BEAT_MS, this.#leaseMs / 4);
    this.#heard = new HeardWorkers(this.#leaseMs);
    this.#shown = new ShownWorkers(this.#engine.state);
    this.#engine.state.isSilent = (trial) => this.#isSilent(trial);
    this.#engine.state.setLease(this.#leaseMs);
    this.#beating = setInterval(() => void this.#beatAll(), this.#beatMs);
    this.#beating.unref();
    study.subscribe(({ type }) => type === "finished" && this.#changes.wake());
  }

  async begin(): Promise<void> {
    this.#key = await studyKey(this.#engine.state);
    await this.#shown.begin();
  }

  get done(): string | undefined {
    if (this.#engine.state.history.running.length > 0) return undefined;
    return this.#limit() ?? (this.#isExhausted ? "nothing is left to suggest" : undefined);
  }

  async allTold(): Promise<void> {
    while (this.#heard.awaited.length > 0) await this.#changes.next(Math.min(this.#beatMs, 500));
    await this.#shown.show(this.present);
  }

  get present(): Present {
    return this.#heard.present;
  }

  async leave(worker: string): Promise<void> {
    this.#heard.goes(worker);
    this.#changes.wake();
  }

  close(): void {
    clearInterval(this.#beating);
    this.#engine.starter.suggestions.close();
    this.#changes.wake();
  }

  async facts(): Promise<ServedFacts> {
    const { definition, fileHash, files } = this.#options;
    return { definition, key: this.#key, beatMs: this.#beatMs, fileHash, files };
  }

  async claim(slot: RemoteSlot, signal?: AbortSignal): Promise<ClaimAnswer> {
    const endsAt = performance.now() + (this.#options.waitMs ?? 25_000);
    const other = fileDifference(`Host ${slot.host}`, slot.file, this.#options.fileHash);
    if (other !== undefined) this.#engine.note(other);
    for (;;) {
      this.#heard.claims(slot);
      const answer = this.#again(slot) ?? (await this.#ask(slot));
      if (answer) return answer;
      const why = this.done;
      if (why !== undefined) {
        await this.leave(slot.worker);
        return { none: "done", why };
      }
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return WAITS;
      await this.#changes.next(Math.min(leftMs, this.#beatMs), signal);
      if (signal?.aborted) {
        this.#heard.cut(slot.worker);
        return WAITS;
      }
    }
  }

  /** The trial that the slot has already, if the answer that gave it was lost. */
  #again({ worker, slot }: RemoteSlot): Claimed | undefined {
    const running = this.#engine.state.history.running.find(({ systemAttrs }) => {
      const lease = leaseOf(systemAttrs);
      return lease?.worker === worker && lease.slot === slot;
    });
    return running && this.#claimed(this.#activeOf(running));
  }

  /** A claim that is sent again while its slot's first one is being answered gets the same trial. */
  #ask(slot: RemoteSlot): Promise<Claimed | undefined> {
    const key = `${slot.worker} ${slot.slot}`;
    const asking =
      this.#asking.get(key) ?? this.#askFor(slot).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #askFor(slot: RemoteSlot): Promise<Claimed | undefined> {
    // Checked without a turn of the study, as thousands of slots may be waiting.
    if (this.#limit() !== undefined) return undefined;
    const outcome = await this.#engine.askFor(slot, this.#options.total);
    this.#isExhausted = outcome.kind === "exhausted";
    return outcome.kind === "trial" ? this.#claimed(outcome.trial) : undefined;
  }

  #claimed(trial: ActiveTrial): Claimed {
    return claimedOf(this.#engine, trial, this.#options.definition.space === null);
  }

  async report(held: HeldHere, news: News): Promise<Verdict> {
    const trial = await this.find(held);
    if (!trial) return "lost";
    this.#news.apply(trial, held.lease, news);
    const isPruned = trial.shouldPrune();
    // The news are acknowledged only once they are written, and so outlive this process.
    await this.#engine.state.writer.written(trial.id);
    return isPruned ? "prune" : "go on";
  }

  async beat(worker: string, held: readonly HeldHere[]): Promise<readonly HeldHere[]> {
    this.#heard.hear({ worker, host: this.#heard.hostOf(worker) });
    const found = await Promise.all(held.map((each) => this.find(each)));
    return held.filter((_, index) => !found[index]);
  }

  /** Ends the trial; an end that is told again while it is being written waits for the first. */
  async tell(held: HeldHere, news: News, told: ToldEnd): Promise<Told> {
    const before = this.#ending.get(held.lease);
    if (before) return (await before) === "taken" ? "already" : before;
    const ending = this.#end(held, news, told);
    this.#ending.set(held.lease, ending);
    try {
      return await ending;
    } finally {
      this.#ending.delete(held.lease);
    }
  }

  async #end(held: HeldHere, news: News, { end, system, ranMs }: ToldEnd): Promise<Told> {
    const trial = await this.find(held);
    if (!trial) {
      const known = this.#engine.state.history.get(held.number);
      const isTold = known && isFinished(known) && leaseOf(known.systemAttrs)?.id === held.lease;
      return isTold ? "already" : "lost";
    }
    this.#news.apply(trial, held.lease, news);
    this.#news.forget(held.lease);
    if (ranMs !== undefined) trial.clock.ranFor(ranMs);
    try {
      await this.#engine.end(held.number, end, system);
      return "taken";
    } catch (error) {
      if (!(error instanceof TrialFinishedError || error instanceof TrialLostError)) throw error;
      return "lost";
    } finally {
      this.#changes.wake();
    }
  }

  async release(held: HeldHere): Promise<void> {
    const trial = await this.find(held);
    if (!trial) return;
    this.#news.forget(held.lease);
    await this.#engine.handBack(trial.number);
    await this.#engine.state.refresh();
    this.#changes.wake();
  }

  /** The trial, if this lease holds it: an expired one does until somebody takes the trial over. */
  async find(held: HeldHere): Promise<ActiveTrial | undefined> {
    const found = this.#held(held);
    const known = this.#engine.state.history.get(held.number);
    const hasEnded = (known && isFinished(known)) || this.#ending.has(held.lease);
    // Another coordinator on the same storage may have given the trial out.
    if (found || hasEnded) return found;
    await this.#engine.state.refresh();
    return this.#held(held);
  }

  #held({ number, lease }: HeldHere): ActiveTrial | undefined {
    const trial = this.#engine.state.history.get(number);
    if (trial?.state !== "running") return undefined;
    const stored = leaseOf(trial.systemAttrs);
    if (stored?.id !== lease) return undefined;
    this.#heard.hear(stored);
    const active = this.#activeOf(trial);
    return active.hasEnded || active.signal.aborted ? undefined : active;
  }

  #activeOf(trial: RunningTrial): ActiveTrial {
    const active = this.#engine.state.active.get(trial.number);
    const isSame = active?.held?.lease === leaseOf(trial.systemAttrs)?.id;
    return active && isSame ? active : this.#engine.starter.adopt(trial);
  }

  /** By this process's own clock; after its start each worker has a whole lease's time. */
  #isSilent(trial: ActiveTrial): boolean {
    const lease = leaseOf(trial.snapshot().systemAttrs);
    return lease?.slot !== undefined && this.#heard.isSilent(lease.worker);
  }

  /** Stores workers' heartbeats, which other processes read, and reads what these wrote. */
  async #beatAll(): Promise<void> {
    this.#heard.tick();
    const living = this.#heard.living(this.#beatMs).map(({ worker }) => worker);
    try {
      await this.#shown.beat(living);
      await this.#shown.show(this.present);
      await this.#engine.state.refresh(); // Sees what people did to trials by hand.
    } catch (error) {
      if (error instanceof StudyNotFoundError) this.gone = error;
      this.#engine.note((error as Error).message);
    }
    this.#changes.wake();
  }
}
