/** What a trial runs on: a device, several, or a share of one. One slot of a runner each. (Who holds a trial: `TrialLease`.) */
export interface Lease {
  /** `cuda:0`, `cuda:0,cuda:1`, `cpu:0-3`: kept with the trial as its device. */
  readonly name: string;
  /** What binds a process to it; goes over every other source of the same variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The cores that its process may run on; any if left out. */
  readonly cpus?: readonly number[];
  /** Keeps other studies of this host off its devices; left out: they may use them, too. */
  readonly lock?: LeaseLock;
}

export interface LeaseLock {
  /**
   * Takes the devices for a trial, at once or not at all; without a number for the next one.
   * @throws HpoError if it can't be known.
   */
  take(trialNumber?: number): Taken;
}

export type Taken =
  | {
      readonly kind: "taken";
      readonly giveBack: () => void;
      /** Tells which trial it is that they were taken for. */
      readonly assign?: (trialNumber: number) => void;
    }
  /** `cuda:0 by trial 3 of study "a" (process 123)` */
  | { readonly kind: "held"; readonly by: string };
