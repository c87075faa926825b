import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { StrategyIdentity, Suggestion } from "../../contracts/strategy.ts";
import type { Direction, FinishedTrial } from "../../contracts/trial.ts";
import type { SuggestionRequest } from "./request.ts";

/** What the thread needs to make its suggester. */
export interface SuggesterSpec {
  /** The strategy's identity; its file, if any, is loaded again in the thread. */
  readonly strategy: StrategyIdentity;
  /** The study's version, as it is stored. */
  readonly version: unknown;
  readonly directions: readonly Direction[];
  readonly repeats?: boolean;
}

export interface ToSuggester {
  /** The trials that finished since the last message, in their order. */
  readonly finished: readonly FinishedTrial[];
  /** Left out if more finished trials follow. */
  readonly request?: SuggestionRequest;
}

export type FromSuggester = { readonly suggestion: Suggestion } | { readonly error: string };

/** The most finished trials per message: they are copied without yielding to the event loop. */
const CHUNK = 500;

/**
 * A suggester in a thread of its own, with its own fold over the finished trials. The thread keeps
 * the process alive only while a request is open.
 */
export class SuggesterThread {
  readonly #worker: Worker;
  #sent = 0;
  #answer: ((answer: FromSuggester) => void) | undefined;
  #failure: string | undefined;

  constructor(workerData: SuggesterSpec) {
    this.#worker = new Worker(new URL("./suggester-worker.js", import.meta.url), { workerData });
    this.#worker.unref();
    this.#worker.on("message", (answer: FromSuggester) => this.#answer?.(answer));
    this.#worker.on("error", (error) => this.#fail(error.message));
    this.#worker.on("exit", (code) => this.#fail(`It ended with exit code ${code}.`));
  }

  #fail(message: string): void {
    this.#failure ??= message;
    this.#answer?.({ error: this.#failure });
  }

  /**
   * Answers one request at a time.
   * @param finished all finished trials: those of the last call, and those added since
   * @throws Error if there is no answer: the strategy threw, or the thread ended
   */
  async suggest(
    finished: readonly FinishedTrial[],
    request: SuggestionRequest,
  ): Promise<Suggestion> {
    const { finished: count } = request.seen;
    while (this.#sent < count) {
      if (this.#sent > 0 && count - this.#sent > CHUNK) await nextTurn();
      const end = Math.min(count, this.#sent + CHUNK);
      this.#say({ finished: finished.slice(this.#sent, end).map(withoutAttributes) });
      this.#sent = end;
    }
    this.#worker.ref();
    const answer = await new Promise<FromSuggester>((resolve) => {
      this.#answer = resolve;
      if (this.#failure === undefined) this.#say({ finished: [], request });
      else resolve({ error: this.#failure });
    });
    this.#answer = undefined;
    this.#worker.unref();
    if ("error" in answer) throw new Error(answer.error);
    return answer.suggestion;
  }

  #say(message: ToSuggester): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    void this.#worker.terminate();
  }
}

/** No strategy sees attributes; they may be long. */
const withoutAttributes = (trial: FinishedTrial): FinishedTrial => ({
  ...trial,
  userAttrs: {},
  systemAttrs: {},
});
