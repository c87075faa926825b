import { HpoError } from "../errors/errors.ts";
import type { Outcome } from "../contracts/objective.ts";
import type { Lease, Taken } from "../contracts/lease.ts";
import { ownFailure, stoppedOutcome } from "./outcome.ts";
import type { HostTrial, Reservation, Waiter } from "../contracts/runner.ts";

/** A place for one trial at a time: with a lease of devices, or without. */
export interface Slot {
  readonly lease?: Lease;
}

/** Lends slots, first come, first served; a slot with a lease only while its devices are free. */
export interface SlotPool<S extends Slot = Slot> {
  readonly all: readonly S[];
  /**
   * Runs `work` in a free slot whose devices nobody else on this host holds, waiting for one if
   * needed, and sets the trial's device. Never rejects: a trial that is aborted while it waits ends
   * as stopped; one for which no slot is left, or whose work rejects, fails.
   * @param choice `avoid` is a slot to take only if no other one is free
   */
  use(
    trial: HostTrial,
    work: (slot: S) => Promise<Outcome>,
    choice?: SlotChoice<S>,
  ): Promise<Outcome>;
  /** Waits for a slot, and reserves it for a trial that does not exist yet. */
  reserve(waiter: Waiter): Promise<Reservation>;
  /** Stops lending a device, once the trials on it have ended. */
  setAside(lease: Lease): void;
  /** Resolves when no slot is lent and nobody waits for one. */
  idle(): Promise<void>;
}

export interface SlotChoice<S> {
  readonly avoid?: S;
  /** The reserved slot; if it was set aside meanwhile, another one is taken. */
  readonly reservation?: Reservation;
}

/** How often it checks whether other processes have released their devices. */
const POLL_MS = 500;

export function slotPool<S extends Slot>(all: readonly S[]): SlotPool<S> {
  return new LeasedSlotPool(all);
}

interface Waiting<S> {
  /** Whether the user was told that it waits. */
  isTold: boolean;
  readonly who: Waiter & { readonly number?: number };
  readonly avoid: S | undefined;
  readonly start: (lent: Lent<S>) => void;
  readonly refuse: (error: unknown) => void;
}

interface Lent<S> {
  readonly slot: S;
  readonly taken: Taken & { readonly kind: "taken" };
}

class LeasedSlotPool<S extends Slot> implements SlotPool<S> {
  readonly all: readonly S[];
  /**
   * Free slots, the next one last: with leases in their order; else the last used one, as it is
   * warm.
   */
  #free: S[];
  #lentCount = 0;
  readonly #aside = new Set<string>();
  readonly #waiting: Waiting<S>[] = [];
  readonly #reserved = new Map<Reservation, Lent<S>>();
  readonly #idlers: (() => void)[] = [];
  #polling: NodeJS.Timeout | undefined;

  constructor(all: readonly S[]) {
    this.all = all;
    this.#free = [...all].reverse();
  }

  async use(
    trial: HostTrial,
    work: (slot: S) => Promise<Outcome>,
    { avoid, reservation }: SlotChoice<S> = {},
  ): Promise<Outcome> {
    let lent = this.#claim(reservation);
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
      return { kind: "failed", failure: ownFailure(error), error };
    } finally {
      if (lent) this.#give(lent);
    }
  }

  async reserve(waiter: Waiter): Promise<Reservation> {
    waiter.signal.throwIfAborted();
    const lent = await this.#take(waiter, undefined);
    const reservation = {
      giveBack: (): void => {
        if (this.#reserved.delete(reservation)) this.#give(lent);
      },
    };
    this.#reserved.set(reservation, lent);
    return reservation;
  }

  /** Takes the reserved slot, if it can still be used. */
  #claim(reservation: Reservation | undefined): Lent<S> | undefined {
    const lent = reservation && this.#reserved.get(reservation);
    if (!lent) return undefined;
    if (this.#isAside(lent.slot)) {
      reservation.giveBack();
      return undefined;
    }
    this.#reserved.delete(reservation);
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

  #take(who: Waiting<S>["who"], avoid: S | undefined): Promise<Lent<S>> {
    const { signal } = who;
    return new Promise((resolve, reject) => {
      const leave = (): void => signal.removeEventListener("abort", onAbort);
      const waiting: Waiting<S> = {
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

  #give({ slot, taken }: Lent<S>): void {
    taken.giveBack();
    this.#lentCount--;
    if (!this.#isAside(slot)) {
      this.#free.push(slot);
      if (slot.lease) this.#free.sort((a, b) => this.all.indexOf(b) - this.all.indexOf(a));
    }
    this.#serve();
  }

  #isAside = ({ lease }: S): boolean => lease !== undefined && this.#aside.has(lease.name);

  #isIdle = (): boolean => this.#lentCount === 0 && this.#waiting.length === 0;

  /**
   * Gives slots to those who wait, as far as there are any, and checks again later for the rest.
   */
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

  #find(waiting: Waiting<S>): Finding<S> {
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

/** Sorts one slot behind all others, whose order stays. */
const last =
  <S>(one: S | undefined) =>
  (a: S, b: S): number =>
    Number(a === one) - Number(b === one);

type Finding<S> =
  | { readonly kind: "lent"; readonly lent: Lent<S> }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "none" };

const UNLOCKED: Taken & { readonly kind: "taken" } = { kind: "taken", giveBack: () => undefined };

const noneLeft = (names: readonly string[]): HpoError =>
  new HpoError(
    `No device is left: ${names.join(", ")} failed several trials in a row and ` +
      `${names.length === 1 ? "was" : "were"} set aside. Repair the machine, or choose others by ` +
      "devices (--devices), and go on with the study.",
  );
