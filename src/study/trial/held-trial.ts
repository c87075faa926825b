import type { TrialRecord } from "../../contracts/storage.ts";
import type { Held, TrialLease } from "../../contracts/trial-lease.ts";
import { isFinished, type FinishedTrial, type RunningTrial } from "../../contracts/trial.ts";
import { TrialFinishedError, TrialLostError } from "../../errors/errors.ts";
import type { LostTrialAction } from "./lost-trial.ts";
import { trialCommand } from "./trial-command.ts";
import { heldOf, leaseOf } from "./trial-lease.ts";

/** Whether this process's lease still holds a running trial. */
export const isStillHeld = (held: Held | undefined, { systemAttrs }: TrialRecord): boolean =>
  held === undefined || heldOf(systemAttrs)?.lease === held.lease;

/** The error for a trial that ran here and that another process ended or took over. */
export function lostHere(record: TrialRecord): TrialLostError {
  const { number, state, systemAttrs } = record;
  const lease = leaseOf(systemAttrs);
  const what =
    state !== "running"
      ? `was ended by another process, as ${state}`
      : lease
        ? `was taken over by ${lease.host} at ${lease.since}`
        : "was handed back by another process, to be started again";
  return new TrialLostError(
    `Trial ${number} ${what}: it is stopped here, and nothing more is kept of this attempt.`,
  );
}

/** Why the end of a trial was refused. */
export function refusedEnd(trial: RunningTrial | FinishedTrial): Error {
  if (isFinished(trial)) {
    return new TrialFinishedError(
      `tell: trial ${trial.number} is already ${trial.state}, ended by another process; finished trials never ` +
        "change, and what is told of this attempt is refused.",
    );
  }
  const lease = leaseOf(trial.systemAttrs);
  return new TrialLostError(
    `tell: trial ${trial.number} was ` +
      (lease ? `taken over by ${lease.host} at ${lease.since}` : "handed back") +
      ", as its process had given no sign of life; what is told of the earlier attempt is refused.",
  );
}

export const alreadyFinished = (trial: FinishedTrial): TrialFinishedError =>
  new TrialFinishedError(
    `tell: trial ${trial.number} is already ${trial.state}; finished trials never change. ` +
      "Pass skipIfFinished (--skip-if-finished) to let it be.",
  );

/** Who holds a trial whose process can't be seen from here, until when, and what can be done. */
export function describeHeld(
  study: string,
  number: number,
  { host, since, lease }: LostTrialAction & { kind: "wait" },
  holdsMs: (lease: TrialLease) => number,
): string {
  const command = (name: string) => trialCommand(name, study, number);
  const who = `Trial ${number} is held by host ${host}${since === undefined ? "" : ` since ${since}`}`;
  if (!lease) {
    return (
      `${who}, started by an earlier version that gives no sign of life, so that nobody can tell ` +
      `from here whether it still runs. If it does not: \`${command("requeue")}\` starts it again, ` +
      `\`${command("fail")}\` ends it.`
    );
  }
  const free = new Date(Date.now() + Math.max(0, holdsMs(lease))).toISOString();
  return (
    `${who}, whose process can't be seen from here. It is free again at ${free} if that process ` +
    `gives no sign of life until then, or by \`${command("requeue")}\`.`
  );
}
