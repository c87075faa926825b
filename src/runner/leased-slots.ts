import { HpoError } from "../errors.ts";
import type { Outcome } from "../live-trial.ts";
import type { Lease, Taken } from "./lease.ts";
import { failureOf, stoppedOutcome } from "./outcome.ts";
import type { HostTrial } from "./runner.ts";

/** Lends out slots, first come first served: those with a lease only while its devices are free. */
export interface LeasedSlots<Slot> {
  readonly all: readonly Slot[];
  /**
   * Runs `work` in a slot of its own, as soon as there is one whose devices nobody else on this
   * host holds; the trial is told its device. Never rejects: a trial that is aborted as it waits
   * ends as stopped, one that no slot is left for, or whose work rejects, in error.
   * @param avoid a slot to take only if no other one is free
   */
  use(trial: HostTrial, work: (slot: Slot) => Promise<Outcome>, avoid?: Slot): Promise<Outcome>;
  /** Lends a device no more, from the end of what runs on it. */
  setAside(lease: Lease): void;
  /** Resolves when no slot is lent and none is waited for. */
  idle(): Promise<void>;
}

/** How often devices that other processes hold are looked at again. */
const POLL_MS = 500;

export function leasedSlots<Slot extends { readonly lease?: Lease }>(
  all: readonly Slot[],
): LeasedSlots<Slot> {
  return new Lender(all);
}

interface Waiting<Slot> {
  /** Whether people know that it waits. */
  isTold: boolean;
  readonly trial: HostTrial;
  readonly avoid: Slot | undefined;
  readonly start: (lent: Lent<Slot>) => void;
  readonly refuse: (error: unknown) => void;
}

interface Lent<Slot> {
  readonly slot: Slot;
  readonly giveBack: () => void;
}

class Lender<Slot extends { readonly lease?: Lease }> implements LeasedSlots<Slot> {
  readonly all: readonly Slot[];
  /** The next one last: without leases the one used last, as it is warm; else the first. */
  #free: Slot[];
  #lentCount = 0;
  readonly #aside = new Set<string>();
  readonly #waiting: Waiting<Slot>[] = [];
  readonly #idlers: (() => void)[] = [];
  #polling: NodeJS.Timeout | undefined;

  constructor(all: readonly Slot[]) {
    this.all = all;
    this.#free = [...all].reverse();
  }

  async use(
    trial: HostTrial,
    work: (slot: Slot) => Promise<Outcome>,
    avoid?: Slot,
  ): Promise<Outcome> {
    if (trial.signal.aborted) return stoppedOutcome(trial.signal);
    let lent: Lent<Slot> | undefined;
    try {
      lent = await this.#take(trial, avoid);
      if (trial.signal.aborted) return stoppedOutcome(trial.signal);
      if (lent.slot.lease) trial.setDevice(lent.slot.lease.name);
      trial.begin();
      return await work(lent.slot);
    } catch (error) {
      if (trial.signal.aborted) return stoppedOutcome(trial.signal);
      return { kind: "failed", failure: failureOf(error), error };
    } finally {
      if (lent) this.#give(lent);
    }
  }

  setAside(lease: Lease): void {
    this.#aside.add(lease.name);
    this.#free = this.#free.filter((slot) => !this.#isAside(slot));
    this.#serve();
  }

  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((wake) => this.#idlers.push(wake));
  }

  #take(trial: HostTrial, avoid: Slot | undefined): Promise<Lent<Slot>> {
    return new Promise((resolve, reject) => {
      const leave = (): void => trial.signal.removeEventListener("abort", onAbort);
      const waiting: Waiting<Slot> = {
        trial,
        avoid,
        isTold: false,
        start: (lent) => {
          leave();
          resolve(lent);
        },
        refuse: (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.refuse(trial.signal.reason);
        this.#serve();
      };
      trial.signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  #give({ slot, giveBack }: Lent<Slot>): void {
    giveBack();
    this.#lentCount--;
    if (!this.#isAside(slot)) {
      this.#free.push(slot);
      if (slot.lease) this.#free.sort((a, b) => this.all.indexOf(b) - this.all.indexOf(a));
    }
    this.#serve();
  }

  #isAside = ({ lease }: Slot): boolean => lease !== undefined && this.#aside.has(lease.name);

  #isIdle = (): boolean => this.#lentCount === 0 && this.#waiting.length === 0;

  /** Starts who waits, as far as there are slots; else sees to it that they are looked at again. */
  #serve(): void {
    clearTimeout(this.#polling);
    for (;;) {
      const [first] = this.#waiting;
      if (!first) break;
      const found = this.#find(first);
      if (found.kind === "none") break;
      this.#waiting.shift();
      if (found.kind === "refused") first.refuse(found.error);
      else first.start(found.lent);
    }
    if (this.#waiting.length > 0 && this.#free.length > 0) {
      this.#polling = setTimeout(() => this.#serve(), POLL_MS);
    }
    if (this.#isIdle()) for (const wake of this.#idlers.splice(0)) wake();
  }

  #find(waiting: Waiting<Slot>): Finding<Slot> {
    const { trial, avoid } = waiting;
    if (this.#aside.size > 0 && this.all.every(this.#isAside)) {
      return { kind: "refused", error: noneLeft([...this.#aside]) };
    }
    const holders: string[] = [];
    for (const slot of [...this.#free].reverse().sort(last(avoid))) {
      let taken: Taken;
      try {
        taken = slot.lease?.lock?.take(trial.number) ?? UNLOCKED;
      } catch (error) {
        return { kind: "refused", error };
      }
      if (taken.kind === "taken") {
        this.#free.splice(this.#free.indexOf(slot), 1);
        this.#lentCount++;
        return { kind: "lent", lent: { slot, giveBack: taken.giveBack } };
      }
      holders.push(taken.by);
    }
    if (holders.length > 0 && !waiting.isTold) {
      waiting.isTold = true;
      trial.note(`Trial ${trial.number} waits for a device. In use: ${holders.join("; ")}.`);
    }
    return { kind: "none" };
  }
}

/** Orders one slot behind all others, and leaves these as they are. */
const last =
  <Slot>(one: Slot | undefined) =>
  (a: Slot, b: Slot): number =>
    Number(a === one) - Number(b === one);

type Finding<Slot> =
  | { readonly kind: "lent"; readonly lent: Lent<Slot> }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "none" };

const UNLOCKED: Taken = { kind: "taken", giveBack: () => undefined };

const noneLeft = (names: readonly string[]): HpoError =>
  new HpoError(
    `No device is left: ${names.join(", ")} failed several trials in a row and ` +
      `${names.length === 1 ? "was" : "were"} set aside. Repair the machine, or choose others by ` +
      "devices (--devices), and go on with the study.",
  );
