import type { FinishedTrial, Report, RunningTrial } from "../contracts/trial.ts";

/** What happens in a study while it runs in this process. */
export type StudyEvent =
  | { readonly type: "started"; readonly trial: RunningTrial; readonly restarted: boolean }
  | { readonly type: "reported"; readonly number: number; readonly report: Report }
  | { readonly type: "finished"; readonly trial: FinishedTrial; readonly isBest: boolean }
  /** Files of a finished trial were removed, as the study keeps only so many. */
  | {
      readonly type: "cleaned";
      readonly number: number;
      readonly files: number;
      readonly bytes: number;
      readonly why: string;
    }
  /** Something that the user should know, said once. */
  | { readonly type: "note"; readonly message: string }
  | { readonly type: "stopped"; readonly reason: string };

/** Is given every event of a study, in order; what it throws is dropped. */
export type Listener = (event: StudyEvent) => void;

/** Hands events to listeners, and to async iterators that must not miss one. */
export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #notes = new Set<string>();

  /** Emits a note, once; listeners to come get it when they subscribe. */
  note(message: string): void {
    if (this.#notes.has(message)) return;
    this.#notes.add(message);
    this.emit({ type: "note", message });
  }

  emit(event: StudyEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void {
    for (const message of this.#notes) listener({ type: "note", message });
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All events from now on, in order; ends after "stopped", or when the loop over it is left. */
  async *iterate(): AsyncGenerator<StudyEvent> {
    const queue: StudyEvent[] = [];
    let wake = (): void => undefined;
    const unsubscribe = this.subscribe((event) => {
      queue.push(event);
      wake();
    });
    try {
      for (;;) {
        const event = queue.shift();
        if (!event) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        yield event;
        if (event.type === "stopped") return;
      }
    } finally {
      unsubscribe();
    }
  }
}
