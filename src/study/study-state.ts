import type { Pruner } from "../contracts/pruner.ts";
import type {
  Changes,
  Cursor,
  Storage,
  StudyRecord,
  TrialChange,
  TrialDetail,
  TrialRecord,
  Turn,
} from "../contracts/storage.ts";
import { takeTurn } from "../storage/take-turn.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { pendingOf } from "../contracts/observation.ts";
import type { PendingTrial, Strategy } from "../contracts/strategy.ts";
import type { StudyFolders } from "../artifacts/study-folders.ts";
import type { Attributes, FinishedTrial, RunningTrial } from "../contracts/trial.ts";
import { BEAT_MS, type TrialLease } from "../contracts/trial-lease.ts";
import { workerId } from "../system/process-identity.ts";
import { sharedCall } from "../system/shared-call.ts";
import { EventHub } from "./events.ts";
import { excludedAfter, exclusionsOf, type Exclusion } from "./steer/exclusions.ts";
import { Heartbeat } from "./heartbeat/heartbeat.ts";
import { History } from "./history.ts";
import type { RunDefaults } from "./run-options.ts";
import type { StudyVersion } from "./study-version.ts";
import type { ActiveTrial } from "./trial/active-trial.ts";
import { describeHeld, isStillHeld, lostHere, refusedEnd } from "./trial/held-trial.ts";
import { LeaseWatch } from "./trial/lease-watch.ts";
import { lostTrialAction, type LostTrialAction } from "./trial/lost-trial.ts";
import { infinityNote, type End } from "./trial/trial-end.ts";
import { storedEnd } from "./trial/end-attributes.ts";
import { heldOf, leaseOf } from "./trial/trial-lease.ts";
import { endTimes } from "./trial/trial-clock.ts";
import { TrialWriter } from "./trial/trial-writer.ts";
import { Versions } from "./versions.ts";

/** What an open study is made of. */
export interface StudyParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly metricNames?: readonly string[];
  /** The last one is in force. */
  readonly versions: readonly StudyVersion[];
  readonly strategy: Strategy;
  readonly pruner?: Pruner;
  /** Whether the last version has yet to be stored. */
  readonly isNewVersion: boolean;
  readonly repeats?: boolean;
  readonly defaults: RunDefaults;
  /** How often a trial whose process died is started again. */
  readonly maxRestarts: number;
  /** Whether it is started again in place, or fails and a copy is queued. */
  readonly lostTrials: "restart" | "clone";
  readonly folders: StudyFolders;
}

/** What is needed to know a study's trials, and to change them. */
export type StateParts = Pick<
  StudyParts,
  "storage" | "record" | "versions" | "isNewVersion" | "maxRestarts" | "lostTrials"
>;

/** A running trial whose process can't be seen from here. */
export interface HeldTrial {
  readonly number: number;
  /** Tells this hold apart from others of the trial. */
  readonly key: string;
  /** Whether it has a lease, so that it comes free if its process stays silent. */
  readonly isLeased: boolean;
  /** Who holds it, until when, and how it is handed back. */
  readonly text: string;
}

/** What the parts of an open study share: its trials in memory, and the way to the stored ones. */
export class StudyState<Parts extends StateParts = StudyParts> {
  readonly parts: Parts;
  readonly storage: Storage;
  readonly history: History;
  readonly writer: TrialWriter;
  readonly versions: Versions;
  readonly heartbeat: Heartbeat;
  readonly hub = new EventHub();
  /** The trials that run in this process, by number. */
  readonly active = new Map<number, ActiveTrial>();
  readonly isShared: boolean;
  record: StudyRecord;
  file: string | undefined;
  /** Every change of the excluded trials, in order. */
  exclusions: readonly Exclusion[] = [];
  /** Whether a trial that runs for a worker elsewhere may be given to another one. */
  isSilent: (trial: ActiveTrial) => boolean = () => false;
  readonly leases = new LeaseWatch();
  /** The detail of the first read; later reads give changed trials whole. */
  firstDetail: TrialDetail | undefined;
  #cursor: Cursor | undefined;
  readonly #elsewhere = new WeakMap<RunningTrial, PendingTrial>();
  /**
   * Reads are numbered as they are called; one that is older than the last one taken in is dropped.
   */
  #called = 0;
  #taken = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.storage = parts.storage;
    this.isShared = !parts.storage.url.startsWith("memory:");
    this.record = parts.record;
    this.history = new History(parts.record.directions);
    this.versions = new Versions(parts.versions, parts.isNewVersion);
    this.writer = new TrialWriter(parts.storage, () => void this.#look());
    this.heartbeat = new Heartbeat(
      parts.storage.url,
      () => this.#beat(),
      () => this.active.size > 0,
    );
  }

  /** Sets the silence after which trials may be taken over; heartbeats come four times as often. */
  setLease(leaseMs: number): void {
    this.leases.leaseMs = leaseMs;
    this.heartbeat.beatMs = Math.min(BEAT_MS, leaseMs / 4);
  }

  /** What suggestions are made from now. */
  get version(): StudyVersion {
    return this.versions.current;
  }

  /** Reads what other processes wrote, and takes it in. */
  readonly refresh = sharedCall(async () => {
    for (;;) {
      const call = ++this.#called;
      const detail = this.#cursor ? undefined : this.firstDetail;
      this.#take(await this.storage.readTrials(this.record.id, this.#cursor, detail), call);
      if (!this.history.hasUnindexed) return;
      await this.storage.indexFinished(this.record.id);
    }
  });

  /**
   * Takes a turn of the study, with all earlier writes taken in first. If the database is lost in
   * it, it is taken again, so `work` must have no effect but on its turn.
   */
  inTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    return takeTurn(() => {
      const since = this.#cursor;
      const take = async (turn: Turn): Promise<T> => {
        const call = ++this.#called; // Numbered once the turn has begun, as reads called while it waited saw less.
        this.#take(await turn.changes(since), call);
        return work(turn);
      };
      return this.storage.inTurn(this.record.id, take, since);
    });
  }

  #take({ trials, steering, cursor }: Changes, call: number): void {
    if (call < this.#taken) return;
    this.#taken = call;
    this.#cursor = cursor;
    for (const record of trials) {
      const active = this.active.get(record.number);
      if (active && record.state === "running" && isStillHeld(active.held, record)) {
        continue; // This process knows more of its own trials than the storage does.
      }
      if (active && !active.hasEnded) this.#lose(active, record);
      this.history.apply(record);
    }
    if (steering) this.#steer(steering);
  }

  #steer(steering: Attributes): void {
    const exclusions = exclusionsOf(steering[ATTRIBUTE.exclusions]);
    if (exclusions.length === this.exclusions.length) return;
    this.exclusions = exclusions;
    this.history.setExcluded(excludedAfter(exclusions));
  }

  /** Gives up a trial that another process ended or took over. */
  #lose(active: ActiveTrial, record: TrialRecord): void {
    this.active.delete(active.number);
    this.writer.drop(active.id);
    active.closeOutput();
    const error = lostHere(record);
    active.abort(error);
    this.hub.note(error.message);
  }

  /** Registers a trial that runs here. */
  activate(trial: ActiveTrial): void {
    this.active.set(trial.number, trial);
    this.writer.begin(trial.id, trial.held);
    if (trial.held) this.heartbeat.start();
  }

  async #beat(): Promise<void> {
    // If the heartbeat can't be written, trials go on: the storage may work again when they end.
    await this.storage.beat(workerId).catch((error: Error) => this.hub.note(error.message));
    await this.#look();
  }

  /** Checks whether other processes ended trials that run here, or took them over. */
  async #look(): Promise<void> {
    await this.refresh().catch(() => undefined); // The next write throws the error.
  }

  /** Running trials by number, those of this process with their reports up to now. */
  running = (): RunningTrial[] =>
    this.history.running.map((trial) => this.active.get(trial.number)?.snapshot() ?? trial);

  /** Running trials by number, as strategies and pruners see them; those of this process uncopied. */
  pending(): PendingTrial[] {
    return this.history.running.map(
      (trial) => this.active.get(trial.number)?.pending() ?? this.#pendingElsewhere(trial),
    );
  }

  /** Made once for each trial as read, as pruners ask after each report. */
  #pendingElsewhere(trial: RunningTrial): PendingTrial {
    const known = this.#elsewhere.get(trial) ?? pendingOf(trial, this.record.directions);
    this.#elsewhere.set(trial, known);
    return known;
  }

  /** Whether a running trial is left alone, waited for, restarted or failed. */
  actionFor(trial: RunningTrial): LostTrialAction {
    const active = this.active.get(trial.number);
    if (active && !this.isSilent(active)) return { kind: "leave" };
    const isFree = (lease: TrialLease): boolean => this.leases.isOver(lease);
    return lostTrialAction(trial, this.parts.maxRestarts, new Date(), isFree);
  }

  /** Reads heartbeats of processes that can't be seen from here, once a lease may have expired. */
  async watchLeases(): Promise<void> {
    // Also of leases that look expired: a worker looks silent while its heartbeats are not read.
    const unseen = this.history.running.filter((trial) => this.actionFor(trial).kind !== "leave");
    const workers = unseen.flatMap(({ systemAttrs }) => leaseOf(systemAttrs)?.worker ?? []);
    if (!this.leases.isDue(workers)) return;
    this.leases.update(workers, await this.storage.readSigns([...new Set(workers)]));
  }

  /** The running trials whose processes can't be seen from here, by number. */
  held(): readonly HeldTrial[] {
    const holdsMs = (lease: TrialLease): number => this.leases.holdsMs(lease);
    return this.history.running.flatMap((trial) => {
      const action = this.actionFor(trial);
      if (action.kind !== "wait") return [];
      const { number } = trial;
      const key = `${number} ${action.lease?.id}`;
      const text = describeHeld(this.record.name, number, action, holdsMs);
      return [{ number, key, isLeased: action.lease !== undefined, text }];
    });
  }

  /**
   * Stores the end of a trial, and takes it into the history.
   * @throws TrialFinishedError if it ended before, TrialLostError if another process took it over
   */
  async finish(trial: RunningTrial, change: TrialChange, end: End): Promise<FinishedTrial> {
    const id = this.history.idOf(trial.number);
    const written = storedEnd(change, end, endTimes(this.active.get(trial.number), trial));
    const held = heldOf(trial.systemAttrs);
    const finishIndex = await this.storage.finishTrial(id, written, held);
    if (this.active.get(trial.number)?.held?.lease === held?.lease)
      this.active.delete(trial.number);
    if (finishIndex === undefined) {
      await this.refresh();
      throw refusedEnd(this.history.get(trial.number) as RunningTrial | FinishedTrial);
    }
    // Field by field: spreading costs several times as much, once per trial.
    const systemAttrs: Record<string, unknown> = {};
    Object.assign(systemAttrs, trial.systemAttrs, written.attributes?.system);
    systemAttrs[ATTRIBUTE.finishIndex] = finishIndex;
    this.history.apply({
      id,
      number: trial.number,
      state: end.state,
      params: trial.params,
      distributions: trial.distributions,
      values: written.values,
      reports: trial.reports,
      userAttrs: trial.userAttrs,
      systemAttrs,
      startedAt: written.startedAt ?? trial.startedAt,
      completedAt: written.completedAt,
    });
    const finished = this.history.get(trial.number) as FinishedTrial;
    const isBest = this.history.front.some((best) => best.number === trial.number);
    this.hub.emit({ type: "finished", trial: finished, isBest });
    const note = infinityNote(finished, this.record);
    if (note !== undefined) this.hub.note(note);
    return finished;
  }
}
