/** When a trial began to run and last said something, as `performance.now()` counts. */
export class TrialClock {
  #beganAt: number | undefined;
  #heardAt = 0;

  /** Its time limits count from here. */
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
