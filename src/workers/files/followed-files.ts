import { isLog } from "../../study/cleaning/trial-files.ts";
import type { HeldHere } from "../work-source.ts";
import type { FileClient } from "./file-client.ts";
import { sendSnapshot, snapshotOf } from "./sent-files.ts";

/** It rests so many times as long as sending took, which so takes at most a tenth of the time. */
const REST = 9;

/**
 * Sends a running trial's files, so that it can go on from its last checkpoint should this worker
 * be killed. All files are sent together, once two looks in a row found them unchanged. If the
 * coordinator does not take all of them, they are sent at the trial's end.
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
    // After an error the files are sent with the trial's end, which reports an error.
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
