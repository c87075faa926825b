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

/** How long a study has to take trials back when all is to stop at once: it may be out of reach. */
const HAND_BACK_MS = 5000;
const NOT_HANDED_BACK =
  "The study can't be reached: its trials could not be handed back in 5 s. They are started again " +
  "when their lease is over, or their process is seen to be dead.";
/** Why a study ends whose strategy has suggested all that it can. */
export const EXHAUSTED = "nothing is left to suggest";
/** How often a slot that waits for a device looks whether it still has to. */
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
  /** That its time was up. */
  readonly timeout: Failure | undefined;
}

class Loop {
  readonly #study: OptimizedStudy;
  readonly #runner: Runner;
  readonly #options: OptimizeOptions;
  readonly #limit: () => string | undefined;
  /** The holds that were mentioned. */
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
          // Others may have begun the last trial meanwhile.
          if (this.#runner.reserve && this.#stops()) return;
          this.#started++;
          const behind = end && { end, isWanted: () => this.#isWanted() };
          const answer = await this.#study.askWithin(this.#options.total, behind);
          await end;
          if (answer.kind === "trial") {
            const outcome = await this.#runOne(answer.trial, reservation);
            end = this.#ended(answer.trial, outcome);
            // A device is given back before the next trial is asked for.
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

  /** Whether a trial that was asked for is to run, now that another one's end is known. */
  #isWanted(): boolean {
    if (this.#error || this.#options.signal?.aborted || this.#study.stopRequested) return false;
    return !this.#stopsBy(() => this.#limit() !== undefined);
  }

  #stopsBy(rule: () => boolean): boolean {
    try {
      return rule();
    } catch (thrown) {
      // A stop rule that gives no answer.
      this.#error ??= { thrown };
      return true;
    }
  }

  /**
   * Whether a trial that another process holds may be left to this one. It is said who holds it.
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
   * A device for the next trial, which is not asked for before: it then knows all that ended.
   * Undefined where none is started any more.
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

  /** Never rejects: what went wrong ends the loop. */
  async #ended(trial: ActiveTrial, ran: Ran): Promise<void> {
    try {
      await this.#tell(trial, ran);
    } catch (thrown) {
      this.#error ??= { thrown };
    }
  }

  async #tell(trial: ActiveTrial, { outcome, timeout }: Ran): Promise<void> {
    // Handed back by an abort, or told by the objective itself: its end is not ours to write.
    if (!this.#study.holds(trial)) return;
    // What it returned after its time was up does not count.
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
