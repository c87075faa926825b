import test from "ava";
import type { Turn } from "../../contracts/storage.ts";
import { BEAT_MS } from "../../contracts/trial-lease.ts";
import { Heartbeat } from "./heartbeat.ts";

test("a worker beats in the turn that starts its first trial, and not again in the next ones", async (t) => {
  const beats: string[] = [];
  const turn = { beat: async (worker: string) => void beats.push(worker) } as unknown as Turn;
  const heartbeat = new Heartbeat(
    "memory:",
    () => Promise.resolve(),
    () => false,
  );
  t.is(heartbeat.beatMs, BEAT_MS);
  await heartbeat.within(turn, new Set(["one", "two"]));
  await heartbeat.within(turn, new Set(["one", "three"]));
  t.deepEqual(beats, ["one", "two", "three"]);
  // With no interval each turn is late enough.
  heartbeat.beatMs = 0;
  await heartbeat.within(turn, new Set(["one"]));
  t.deepEqual(beats.at(-1), "one");
  t.is(beats.length, 4);
});
