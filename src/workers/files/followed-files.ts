import { isLog } from "../../study/cleaning/trial-files.ts";
import type { HeldHere } from "../work-source.ts";
import type { FileClient } from "./file-client.ts";
import { sendSnapshot, snapshotOf } from "./sent-files.ts";

/** Sending takes at most a tenth of the time: it rests so many times as long as it took. */
const REST = 9;

/**
 * Sends what a trial keeps while it runs, so that it goes on from its last checkpoint should this worker be
 * killed: all files of one moment, between two writings, once they have stayed as they are from one look to the
 * next. Where the coordinator does not take all of them it is left to the trial's end.
 */
export function followFiles(
  client: FileClient,
  held: HeldHere,
  directory: string,
  everyMs: number,
): { end(): Promise<void> } {
  const stopped = new AbortController();
  let looking = Promise.resolve();
  let isLooking = false;
  let seen = "";
  let sent = "";
  let restsUntil = 0;
  const look = async (): Promise<void> => {
    const snapshot = snapshotOf(directory, (file) => !isLog(file));
    const now = JSON.stringify([...snapshot]);
    const isSteady = now === seen;
    seen = now;
    if (!isSteady || snapshot.size === 0 || now === sent || performance.now() < restsUntil) return;
    const begunAt = performance.now();
    const { signal } = stopped;
    const outcome = await sendSnapshot(client, held, directory, {
      snapshot,
      isWhole: true,
      signal,
    });
    restsUntil = performance.now() + REST * (performance.now() - begunAt);
    if (outcome.kind === "taken") sent = now;
    const isOver =
      outcome.kind === "lost" || (outcome.kind === "taken" && outcome.staying.size > 0);
    if (isOver) clearInterval(timer);
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // What can't be sent now is sent with the trial's end, which says so.
    looking = look()
      .catch(() => clearInterval(timer))
      .finally(() => {
        isLooking = false;
      });
  }, everyMs);
  timer.unref();
  return {
    end: async () => {
      stopped.abort();
      clearInterval(timer);
      await looking;
    },
  };
}
