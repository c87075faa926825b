import { setMaxListeners } from "node:events";

/** Tells a trial to stop; its signal is made when it is first asked for. */
export class StopSignal {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return this.#made().signal;
  }

  abort(reason?: unknown): void {
    this.#made().abort(reason);
  }

  #made(): AbortController {
    if (!this.#controller) {
      this.#controller = new AbortController();
      // One fetch per step may listen to it.
      setMaxListeners(0, this.#controller.signal);
    }
    return this.#controller;
  }
}
