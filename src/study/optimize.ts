import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../contracts/objective.ts";
import type { Reservation, Runner } from "../contracts/runner.ts";
import type { Failure, FinishedTrial } from "../contracts/trial.ts";
import { HpoError, TrialFinishedError, TrialLostError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import { within } from "../system/within.ts";
import type { OptimizeOptions } from "./run-options.ts";
import { studyLimit, type LimitedStudy } from "./stopping/study-limit.ts";
import type { HeldTrial } from "./study-state.ts";
import type { Behind } from "./asking/plan-trials.ts";
import type { AskOutcome } from "./asking/trial-starter.ts";
import type { ActiveTrial } from "./trial/active-trial.ts";
import { BLOCKING_NOTE, watchTrial } from "./trial/time-limits.ts";
import { endOf, failedEnd, type End, type Metrics } from "./trial/trial-end.ts";
import { counted } from "../errors/counted.ts";

/** What this loop needs of the study whose trials it runs. */
export interface OptimizedStudy extends LimitedStudy {
  readonly metrics: Metrics;
  readonly stopRequested: boolean;
  /** A trial, unless the study has `total` already or nothing is left to suggest. */
  askWithin(total: number | undefined, behind?: Behind): Promise<AskOutcome>;
  /** Whether it pays to ask while the end of the trial before is being written. */
  readonly asksBehind?: boolean;
  /** The running trials whose processes can't be seen from here. */
  readonly held: readonly HeldTrial[];
  /** Whether the trial still runs: it was neither told nor handed back. */
  holds(trial: ActiveTrial): boolean;
  end(number: number, end: End): Promise<FinishedTrial>;
  /** Tells running trials to stop at once, and hands them back. */
  abort(): Promise<void>;
  note(message: string): void;
}

/** How long an abort waits for the study to take its trials back: it may be out of reach. */
const HAND_BACK_MS = 5000;
const NOT_HANDED_BACK =
  "The study can't be reached: its trials could not be handed back in 5 s. They are started again " +
  "when their lease is over, or their process is seen to be dead.";
/** Why a study ends whose strategy has suggested all that it can. */
export const EXHAUSTED = "nothing is left to suggest";
/** How often a waiting slot checks whether it still has to wait. */
const LOOK_MS = 500;

/**
 * Runs trials until a limit is reached or nothing is left to suggest.
 * @returns why it stopped
 * @throws what the objective threw, unless `catch` says to go on; StorageError where it breaks.
 */
export async function optimize(
  study: OptimizedStudy,
  runner: Runner,
  options: OptimizeOptions,
): Promise<string> {
  return new Loop(study, runner, options).run();
}

/** What came of running a trial. */
interface Ran {
  readonly outcome: Outcome;
  /** Set if a time limit ended the trial. */
  readonly timeout: Failure | undefined;
}

class Loop {
  readonly #study: OptimizedStudy;
  readonly #runner: Runner;
  readonly #options: OptimizeOptions;
  readonly #limit: () => string | undefined;
  /** The keys of held trials that the user was told of. */
  readonly #told = new Set<string>();
  #started = 0;
  #reason: string | undefined;
  #error: { readonly thrown: unknown } | undefined;

  constructor(study: OptimizedStudy, runner: Runner, options: OptimizeOptions) {
    this.#study = study;
    this.#runner = runner;
    this.#options = options;
    this.#limit = studyLimit(study, options);
  }

  async run(): Promise<string> {
    const { signal, workers = 1, trialTimeoutMs, silenceMs } = this.#options;
    if (this.#runner.isBlocking && (trialTimeoutMs ?? silenceMs) !== undefined) {
      this.#study.note(BLOCKING_NOTE);
    }
    const slots = Array.from({ length: workers }, () => this.#slot());
    const drained = Promise.all(slots);
    if (signal) await Promise.race([drained, aborted(signal)]);
    else await drained;
    if (signal?.aborted) {
      if (!(await within(HAND_BACK_MS, this.#study.abort()))) this.#study.note(NOT_HANDED_BACK);
      return "stopped at once; running trials will be started again";
    }
    if (this.#error) throw this.#error.thrown;
    return this.#reason ?? EXHAUSTED;
  }

  async #slot(): Promise<void> {
    /** The end of the slot's last trial, while it is being written. */
    let end: Promise<void> | undefined;
    try {
      while (!this.#stops()) {
        const reservation = this.#runner.reserve && (await this.#reserve());
        try {
          // While this slot waited for a device, others may have started the last trial.
          if (this.#runner.reserve && this.#stops()) return;
          this.#started++;
          const behind = end && { end, isWanted: () => this.#isWanted() };
          const answer = await this.#study.askWithin(this.#options.total, behind);
          await end;
          if (answer.kind === "trial") {
            const outcome = await this.#runOne(answer.trial, reservation);
            end = this.#ended(answer.trial, outcome);
            // With a device, the end is awaited, so that the device is free before the next ask.
            if (reservation || !this.#study.asksBehind) {
              await end;
              end = undefined;
            }
            continue;
          }
          this.#started--;
          if (answer.kind === "unwanted") continue;
          if (!this.#mayComeFree()) {
            this.#reason ??= this.#whyNone(answer);
            return;
          }
        } finally {
          reservation?.giveBack();
        }
        await sleep(LOOK_MS);
      }
    } catch (thrown) {
      // Other slots finish what they run, and start nothing new.
      this.#error ??= { thrown };
    }
    await end;
  }

  /** Whether a trial asked for behind an end is still wanted, now that this end is known. */
  #isWanted(): boolean {
    if (this.#error || this.#options.signal?.aborted || this.#study.stopRequested) return false;
    return !this.#stopsBy(() => this.#limit() !== undefined);
  }

  #stopsBy(rule: () => boolean): boolean {
    try {
      return rule();
    } catch (thrown) {
      // A stop rule threw.
      this.#error ??= { thrown };
      return true;
    }
  }

  /**
   * Whether a trial that another process holds may come free, so that it pays to wait; notes who
   * has it.
   * @throws HpoError if nothing can tell whether that process lives
   */
  #mayComeFree(): boolean {
    const { held } = this.#study;
    for (const { key, text } of held) {
      if (!this.#told.has(key)) this.#study.note(text);
      this.#told.add(key);
    }
    const stuck = held.find(({ isLeased }) => !isLeased);
    if (held.some(({ isLeased }) => isLeased)) return true;
    if (stuck) throw new HpoError(stuck.text);
    return false;
  }

  #whyNone(answer: AskOutcome): string {
    if (answer.kind !== "full") return EXHAUSTED;
    return answer.why ?? `the study has its ${counted(this.#options.total!, "trial")}`;
  }

  /**
   * Reserves a device before the next trial is asked for, so that its suggestion sees all that
   * ended while it waited. Undefined if no more trials are started.
   */
  async #reserve(): Promise<Reservation | undefined> {
    const waiting = new AbortController();
    const look = (): void => {
      if (this.#stopsBy(() => this.#stops()))
        waiting.abort(new HpoError("No trial is started any more."));
    };
    const looking = setInterval(look, LOOK_MS);
    const note = (message: string): void => this.#study.note(message);
    try {
      return await this.#runner.reserve!({ signal: waiting.signal, note });
    } catch (error) {
      if (waiting.signal.aborted) return undefined;
      throw error;
    } finally {
      clearInterval(looking);
    }
  }

  #stops(): boolean {
    if (this.#error || this.#options.signal?.aborted) return true;
    this.#reason ??= this.#whyStop();
    return this.#reason !== undefined;
  }

  #whyStop(): string | undefined {
    const { trials } = this.#options;
    if (this.#study.stopRequested) return "stop was requested";
    if (trials !== undefined && this.#started >= trials)
      return `${counted(trials, "trial")} ${trials === 1 ? "was" : "were"} run`;
    return this.#limit();
  }

  async #runOne(trial: ActiveTrial, reservation: Reservation | undefined): Promise<Ran> {
    const watch = watchTrial(trial, this.#options, this.#runner.isBlocking ?? false);
    const outcome = await this.#runner.run(trial, reservation);
    return { outcome, timeout: watch.end() };
  }

  /** Tells a trial's end. It never rejects: an error ends the loop. */
  async #ended(trial: ActiveTrial, ran: Ran): Promise<void> {
    try {
      await this.#tell(trial, ran);
    } catch (thrown) {
      this.#error ??= { thrown };
    }
  }

  async #tell(trial: ActiveTrial, { outcome, timeout }: Ran): Promise<void> {
    // The trial was handed back by an abort, or the objective itself told its end.
    if (!this.#study.holds(trial)) return;
    // A result that came after the time limit does not count.
    const end = timeout
      ? failedEnd(timeout, outcome)
      : endOf(outcome, this.#study.metrics, trial.reports);
    const finished = await this.#end(trial.number, end);
    if (!finished) return;
    this.#options.onTrial?.(finished);
    if (finished.state === "failed" && finished.failure.reason === "error") {
      this.#judgeError(finished, outcome);
    }
  }

  /** Undefined: another process ended the trial, or took it over. */
  async #end(number: number, end: End): Promise<FinishedTrial | undefined> {
    try {
      return await this.#study.end(number, end);
    } catch (error) {
      if (!(error instanceof TrialFinishedError || error instanceof TrialLostError)) throw error;
      this.#study.note(`Trial ${number} ended here, too late: ${error.message}`);
      return undefined;
    }
  }

  #judgeError(trial: FinishedTrial & { state: "failed" }, outcome: Outcome): void {
    const thrown = (outcome.kind === "failed" ? outcome.error : undefined) ?? errorOf(trial);
    const error = asError(thrown);
    const caught = this.#options.catch ?? false;
    const goesOn = typeof caught === "function" ? caught(error, trial) : caught;
    if (!goesOn) this.#error ??= { thrown };
  }
}

function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy whose traps throw.
  }
  return new HpoError(`The objective threw ${shown(thrown)}. Throw an Error instead.`);
}

/** An error as a worker or a command left it, or of a result that is no metric. */
function errorOf({ number, failure }: FinishedTrial & { state: "failed" }): Error {
  const message = `Trial ${number}: ${failure.message}`;
  if (failure.reason === "error" && failure.stack) {
    const error = new Error(message);
    error.stack = failure.stack;
    return error;
  }
  const error = new HpoError(message);
  // Without a stack of the objective's, this library's would say nothing to the user.
  error.stack = `${error.name}: ${message}`;
  return error;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
