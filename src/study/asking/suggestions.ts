import { isDeepStrictEqual } from "node:util";
import { identityOf } from "../../contracts/identity.ts";
import type { Suggestion } from "../../contracts/strategy.ts";
import type { StudyState } from "../study-state.ts";
import { canBeMadeAgain } from "../parts/own-part.ts";
import { versionsToJson } from "../study-version.ts";
import { requestOf, type SuggestionRequest, type Suggest } from "./request.ts";
import { SuggesterThread } from "./suggester-thread.ts";
import { needsUnread, UnreadReports } from "./unread-reports.ts";
import type { Suggester } from "./suggester.ts";
import { suggesterOf } from "./suggester-of.ts";

/** How many suggestions are timed; fewer tell nothing yet. */
const TIMES = 5;
/** A thread that was not asked for this long is ended. */
const IDLE_MS = 300_000;

interface Answered {
  readonly request: SuggestionRequest;
  readonly suggestion: Suggestion;
}

/**
 * Makes the suggestions of a study: in its turn, on the event loop; or, where that takes long,
 * ahead of the turn in a thread, so that reports, heartbeats and results are handled meanwhile and
 * the study's lock stays free. The thread makes the strategy anew by its name or file, and is used
 * once it has repeated the last suggestion exactly; until then, or if it differs, suggestions are
 * made here.
 */
export class Suggestions {
  readonly suggester: Suggester;
  /** The median time, in ms, above which suggestions count as slow. */
  slowMs = 20;
  readonly #state: StudyState;
  #times: number[] = [];
  #last: Answered | undefined;
  #thread: SuggesterThread | undefined;
  #isTrusted = false;
  #isRefused = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(state: StudyState) {
    const { strategy, repeats, record } = state.parts;
    this.#state = state;
    this.suggester = suggesterOf(state.version, {
      ...{ strategy, repeats, directions: record.directions },
      onPriorChange: (message) => state.hub.note(message),
    });
  }

  /** Suggests in the study's turn, on this thread. */
  readonly inTurn: Suggest = (trial) => {
    const request = requestOf(this.#state, trial);
    const { number, pending, excluded, seen } = request;
    const { finished } = this.#state.history;
    if (needsUnread(this.#state, this.suggester.usesReports)) throw new UnreadReports();
    const from = performance.now();
    const suggestion = this.suggester.suggest(number, finished, seen.finished, pending, excluded);
    this.#times = [...this.#times, performance.now() - from].slice(-TIMES);
    this.#last = { request, suggestion };
    return { suggestion, seen };
  };

  /** Suggests ahead of the turn; undefined if suggestions are fast, or no thread can make them. */
  ahead(): Suggest | undefined {
    if (!this.isSlow || this.#isRefused) return undefined;
    this.#thread ??= this.#start();
    return this.#isTrusted ? this.#ahead : undefined;
  }

  get isSlow(): boolean {
    const sorted = [...this.#times].sort((a, b) => a - b);
    return sorted.length === TIMES && sorted[(TIMES - 1) / 2] > this.slowMs;
  }

  readonly #ahead: Suggest = async (trial) => {
    const request = requestOf(this.#state, trial);
    const { excluded, seen } = request;
    const { finished } = this.#state.history;
    const thread = this.#thread;
    this.#idle?.refresh();
    try {
      const suggestion = await thread?.suggest(finished, request);
      // This process's fold is kept up too: it completes queued trials and reports changes of the
      // prior.
      this.suggester.fold(finished, seen.finished, excluded);
      return suggestion && { suggestion, seen };
    } catch (error) {
      // The suggestion is then made in the turn, where an error reaches the user.
      if (thread === this.#thread) this.#refuse((error as Error).message);
      return undefined;
    }
  };

  #start(): SuggesterThread | undefined {
    const { strategy, repeats, record } = this.#state.parts;
    if (!canBeMadeAgain(strategy)) {
      this.#refuse(
        "it is a program's own; give it as FILE#EXPORT in a study file, or to --strategy",
      );
      return undefined;
    }
    const [version] = versionsToJson([this.#state.version]) as readonly unknown[];
    const { directions } = record;
    const spec = { strategy: identityOf(strategy), version, directions, repeats };
    try {
      const thread = new SuggesterThread(spec);
      this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
      void this.#try(thread, this.#last!);
      return thread;
    } catch (error) {
      this.#refuse((error as Error).message);
      return undefined;
    }
  }

  async #try(thread: SuggesterThread, { request, suggestion }: Answered): Promise<void> {
    let why = "it suggests something else there, from the same trials";
    try {
      const again = await thread.suggest(this.#state.history.finished, request);
      if (isDeepStrictEqual(again, suggestion)) {
        this.#isTrusted = thread === this.#thread;
        return;
      }
    } catch (error) {
      why = (error as Error).message;
    }
    if (thread === this.#thread) this.#refuse(why);
  }

  #refuse(why: string): void {
    this.close();
    this.#isRefused = true;
    const { name } = this.#state.parts.strategy;
    this.#state.hub.note(
      `The strategy ${name} takes long to suggest, and reports and results wait meanwhile: it can't do so in ` +
        `a thread of its own (${why}).`,
    );
  }

  /** Ends the thread; it is started again when needed. */
  close(): void {
    clearTimeout(this.#idle);
    this.#thread?.end();
    this.#thread = undefined;
    this.#isTrusted = false;
  }
}
