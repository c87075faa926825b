import { HpoError } from "../errors/errors.ts";
import type { Outcome } from "../contracts/objective.ts";
import type { Lease, Taken } from "../contracts/lease.ts";
import { failureOf, stoppedOutcome } from "./outcome.ts";
import type { HostTrial, Place, Waiter } from "../contracts/runner.ts";

/** Lends out slots, first come first served: those with a lease only while its devices are free. */
export interface LeasedSlots<Slot> {
  readonly all: readonly Slot[];
  /**
   * Runs `work` in a slot of its own, as soon as there is one whose devices nobody else on this
   * host holds; the trial is told its device. Never rejects: a trial that is aborted as it waits
   * ends as stopped, one that no slot is left for, or whose work rejects, in error.
   * @param choice `avoid` is a slot to take only if no other one is free
   */
  use(
    trial: HostTrial,
    work: (slot: Slot) => Promise<Outcome>,
    choice?: SlotChoice<Slot>,
  ): Promise<Outcome>;
  /** A slot for a trial that is not there yet, as soon as there is one. */
  reserve(waiter: Waiter): Promise<Place>;
  /** Lends a device no more, from the end of what runs on it. */
  setAside(lease: Lease): void;
  /** Resolves when no slot is lent and none is waited for. */
  idle(): Promise<void>;
}

export interface SlotChoice<Slot> {
  readonly avoid?: Slot;
  /** That was reserved; where it can't be used any more, another one is taken. */
  readonly place?: Place;
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
  readonly who: Waiter & { readonly number?: number };
  readonly avoid: Slot | undefined;
  readonly start: (lent: Lent<Slot>) => void;
  readonly refuse: (error: unknown) => void;
}

interface Lent<Slot> {
  readonly slot: Slot;
  readonly taken: Taken & { readonly kind: "taken" };
}

class Lender<Slot extends { readonly lease?: Lease }> implements LeasedSlots<Slot> {
  readonly all: readonly Slot[];
  /** The next one last: without leases the one used last, as it is warm; else the first. */
  #free: Slot[];
  #lentCount = 0;
  readonly #aside = new Set<string>();
  readonly #waiting: Waiting<Slot>[] = [];
  readonly #reserved = new Map<Place, Lent<Slot>>();
  readonly #idlers: (() => void)[] = [];
  #polling: NodeJS.Timeout | undefined;

  constructor(all: readonly Slot[]) {
    this.all = all;
    this.#free = [...all].reverse();
  }

  async use(
    trial: HostTrial,
    work: (slot: Slot) => Promise<Outcome>,
    { avoid, place }: SlotChoice<Slot> = {},
  ): Promise<Outcome> {
    let lent = this.#claim(place);
    try {
      if (trial.signal.aborted) return stoppedOutcome(trial.signal);
      lent ??= await this.#take(trial, avoid);
      if (trial.signal.aborted) return stoppedOutcome(trial.signal);
      lent.taken.assign?.(trial.number);
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

  async reserve(waiter: Waiter): Promise<Place> {
    waiter.signal.throwIfAborted();
    const lent = await this.#take(waiter, undefined);
    const place = {
      giveBack: (): void => {
        if (this.#reserved.delete(place)) this.#give(lent);
      },
    };
    this.#reserved.set(place, lent);
    return place;
  }

  /** What was reserved, if it can still be used; it is reserved no more. */
  #claim(place: Place | undefined): Lent<Slot> | undefined {
    const lent = place && this.#reserved.get(place);
    if (!lent) return undefined;
    if (this.#isAside(lent.slot)) {
      place.giveBack();
      return undefined;
    }
    this.#reserved.delete(place);
    return lent;
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

  #take(who: Waiting<Slot>["who"], avoid: Slot | undefined): Promise<Lent<Slot>> {
    const { signal } = who;
    return new Promise((resolve, reject) => {
      const leave = (): void => signal.removeEventListener("abort", onAbort);
      const waiting: Waiting<Slot> = {
        who,
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
        waiting.refuse(signal.reason);
        this.#serve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  #give({ slot, taken }: Lent<Slot>): void {
    taken.giveBack();
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
    const { who, avoid } = waiting;
    if (this.#aside.size > 0 && this.all.every(this.#isAside)) {
      return { kind: "refused", error: noneLeft([...this.#aside]) };
    }
    const holders: string[] = [];
    for (const slot of [...this.#free].reverse().sort(last(avoid))) {
      let taken: Taken;
      try {
        taken = slot.lease?.lock?.take(who.number) ?? UNLOCKED;
      } catch (error) {
        return { kind: "refused", error };
      }
      if (taken.kind === "taken") {
        this.#free.splice(this.#free.indexOf(slot), 1);
        this.#lentCount++;
        return { kind: "lent", lent: { slot, taken } };
      }
      holders.push(taken.by);
    }
    if (holders.length > 0 && !waiting.isTold) {
      waiting.isTold = true;
      const name = who.number === undefined ? "The next trial" : `Trial ${who.number}`;
      who.note(`${name} waits for a device. In use: ${holders.join("; ")}.`);
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

const UNLOCKED: Taken & { readonly kind: "taken" } = { kind: "taken", giveBack: () => undefined };

const noneLeft = (names: readonly string[]): HpoError =>
  new HpoError(
    `No device is left: ${names.join(", ")} failed several trials in a row and ` +
      `${names.length === 1 ? "was" : "were"} set aside. Repair the machine, or choose others by ` +
      "devices (--devices), and go on with the study.",
  );
