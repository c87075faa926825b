import { setTimeout as sleep } from "node:timers/promises";
import type { News, NewsItem, Verdict } from "./work-source.ts";

/**
 * How long an objective waits for a verdict; once that was too short, not until an answer comes.
 */
const PATIENCE_MS = 10_000;
/** The most items that are sent at once, and about how many characters they may have. */
const GROUP = 500;
const GROUP_LENGTH = 1 << 20;

/** Splits news into messages that are neither too many items nor too long; one at least. */
export function grouped({ from, items }: News): News[] {
  const groups: News[] = [];
  let left = items;
  let first = from;
  do {
    const group = firstOf(left);
    groups.push({ from: first, items: group });
    left = left.slice(group.length);
    first += group.length;
  } while (left.length > 0);
  return groups;
}

/** A copy of the first items that fit into a message: at least one, if there is any. */
function firstOf(items: readonly NewsItem[]): readonly NewsItem[] {
  let length = 0;
  const end = items.findIndex((item, index) => {
    length += item.kind === "userAttr" ? (JSON.stringify(item.value)?.length ?? 0) : 100;
    return index > 0 && (index >= GROUP || length > GROUP_LENGTH);
  });
  return items.slice(0, end < 0 ? items.length : end);
}

/** Sends the news of one trial in order; what gathers during a message makes the next one. */
export class Outbox {
  readonly #send: (news: News) => Promise<Verdict>;
  readonly #onVerdict: (verdict: Verdict) => void;
  #items: NewsItem[] = [];
  /** The number of the first of `items`. */
  #from = 0;
  #sending: Promise<void> | undefined;
  #isStopped = false;
  #isLate = false;

  /** @param send repeats a message until it is answered */
  constructor(send: (news: News) => Promise<Verdict>, onVerdict: (verdict: Verdict) => void) {
    this.#send = send;
    this.#onVerdict = onVerdict;
  }

  push(item: NewsItem): void {
    this.#items.push(item);
    this.#sending ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Lets an objective's burst of calls gather.
    await Promise.resolve();
    try {
      while (this.#items.length > 0 && !this.#isStopped) {
        const items = firstOf(this.#items);
        const verdict = await this.#send({ from: this.#from, items });
        this.#items = this.#items.slice(items.length);
        this.#from += items.length;
        this.#isLate = false;
        this.#onVerdict(verdict);
      }
    } catch {
      // The news left are sent with the trial's end, which reports an error.
    } finally {
      this.#sending = undefined;
    }
  }

  /** Waits until all news are answered, but only so long if the coordinator is away. */
  async heard(): Promise<void> {
    if (this.#isLate || !this.#sending) return;
    const timer = new AbortController();
    const late = sleep(PATIENCE_MS, true, { signal: timer.signal }).catch(() => false);
    this.#isLate = (await Promise.race([this.#sending, late])) === true;
    timer.abort();
  }

  /** Sends nothing more by itself. @returns what is left, to be sent with the end */
  stop(): News {
    this.#isStopped = true;
    return { from: this.#from, items: this.#items };
  }
}
