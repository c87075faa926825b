/** When a trial began to run and last said something, as `performance.now()` counts. */
export class TrialClock {
  #beganAt: number | undefined;
  #heardAt = 0;

  /** Starts the time that limits are measured by. */
  begin(): void {
    this.#beganAt = this.#heardAt = performance.now();
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Undefined while it waits for its slot. */
  get beganAt(): number | undefined {
    return this.#beganAt;
  }

  get heardAt(): number {
    return this.#heardAt;
  }
}
