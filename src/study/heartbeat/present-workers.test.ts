import { hostname } from "node:os";
import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage, Turn } from "../../contracts/storage.ts";
import type { SignOfLife, TrialLease } from "../../contracts/trial-lease.ts";
import type { RunningTrial } from "../../contracts/trial.ts";
import { thisProcess, workerId } from "../../system/process-identity.ts";
import { Heartbeat } from "./heartbeat.ts";
import { interruptedAmong, interruptedIn } from "./interrupted.ts";
import { enterStudy, forgotten, presenceChange, presentIn, withoutPresence } from "./presence.ts"; // prettier-ignore
import type { StateParts, StudyState } from "../study-state.ts";

type State = StudyState<StateParts>;

const elsewhere = { host: "another", boot: "b", pid: 1, start: "1" };
const dead = { host: hostname(), boot: "an earlier boot", pid: 1, start: "1" };
const leaseOf = (worker: string) => ({ attempt: 0, id: worker, worker, host: "h" }) as TrialLease;
const running = (number: number, runner: unknown, worker?: string): RunningTrial => ({
  ...{ state: "running", number, params: {}, distributions: {}, reports: [], userAttrs: {} },
  systemAttrs: {
    ...(runner !== undefined && { [ATTRIBUTE.runner]: runner }),
    ...(worker !== undefined && { [ATTRIBUTE.lease]: leaseOf(worker) }),
  },
});
const signsOf = (ages: Readonly<Record<string, number | undefined>>) =>
  new Map<string, SignOfLife>(
    Object.entries(ages).map(([worker, ageMs]) => [
      worker,
      { mark: worker, ...(ageMs !== undefined && { ageMs }) },
    ]),
  );

test("a trial is interrupted where its process died, or its worker was silent for its own lease", async (t) => {
  const asked: (readonly string[])[] = [];
  const storage = {
    readSigns: async (workers: readonly string[]) => {
      asked.push(workers);
      return signsOf({ late: 60_001, fresh: 60_000, own: 6000, mark: undefined });
    },
  } as unknown as Storage;
  const own = { worker: "own", host: "h", leaseMs: 5000 };
  const among = async (...trials: readonly RunningTrial[]) => [
    ...(await interruptedAmong(trials, storage, presenceChange([own]))),
  ];
  t.deepEqual(await among(running(0, null), running(1, dead), running(2, thisProcess()), running(3, undefined)), [0, 1]); // prettier-ignore
  t.deepEqual(asked, [], "nobody's signs decide");
  t.deepEqual(
    await among(
      ...[
        running(0, elsewhere, "late"),
        running(1, elsewhere, "fresh"),
        running(2, elsewhere, "own"),
      ],
      ...[running(3, elsewhere, "mark"), running(4, elsewhere, "none"), running(5, dead, "x")],
      ...[running(6, undefined, "late")],
    ),
    [0, 2, 5, 6],
  );
  t.deepEqual(asked, [["late", "fresh", "own", "mark", "none"]], "each once");
  const state = {
    leases: { isOver: ({ worker }: TrialLease) => worker === "late" },
    active: new Set([1]),
    history: {
      running: [running(0, dead), running(1, dead), running(2, elsewhere, "late"), running(3, elsewhere, "fresh")], // prettier-ignore
    },
  };
  t.deepEqual([...interruptedIn(state as unknown as State)], [0, 2], "one that runs here does");
});

test("workers are kept as attributes of their study, and forgotten when they were killed", async (t) => {
  const worker = (name: string, more = {}) => ({ worker: name, host: "h", leaseMs: 1, ...more });
  const [a, b] = [worker("a"), worker("b")];
  const key = (name: string) => `${ATTRIBUTE.worker}${name}`;
  t.deepEqual(presenceChange([a], ["b"]), { [key("b")]: undefined, [key("a")]: a });
  t.deepEqual(presenceChange([a], ["a"]), { [key("a")]: a }, "it left, and comes");
  t.deepEqual(presentIn({ [key("a")]: a, other: 1, [key("b")]: b }), [a, b]);
  t.deepEqual(withoutPresence({ [key("a")]: a, other: 1 }), { other: 1 });
  const HOUR = 3_600_000;
  const among = (...known: readonly ReturnType<typeof worker>[]) =>
    forgotten(
      {
        findStudy: async () => ({ systemAttrs: presenceChange(known) }),
        readSigns: async () => signsOf({ hour: HOUR, longer: HOUR + 1, mark: undefined, died: 1, lives: 1 }), // prettier-ignore
      } as unknown as Storage,
      "s",
    );
  t.deepEqual(
    await among(
      ...[worker("hour"), worker("longer"), worker("mark"), worker("none")],
      ...[worker("died", { runner: dead }), worker("lives", { runner: thisProcess() })],
    ),
    ["longer", "none", "died"],
  );
  t.deepEqual(await among(), []);
});

test("a process enters a shared study with a sign of life, and leaves it", async (t) => {
  const events: unknown[] = [];
  const heartbeat = {
    isAwaiting: false,
    start: () => events.push("start"),
    stop: () => events.push("stop"),
  };
  const storage = {
    beat: async (worker: string) => {
      events.push(["beat", worker]);
      throw new Error("away");
    },
    findStudy: async () => ({ systemAttrs: presenceChange([{ worker: "old", host: "h", leaseMs: 1 }]) }), // prettier-ignore
    readSigns: async () => new Map(),
    setStudyAttributes: async (id: number, { system }: { system: object }) =>
      events.push([id, system]),
  };
  const state = {
    ...{ storage, heartbeat, isShared: true, record: { id: 5, name: "s" } },
    ...{ leases: { leaseMs: 77 }, hub: { note: (text: string) => events.push(text) } },
  };
  const leave = await enterStudy(state as unknown as State);
  t.true(heartbeat.isAwaiting);
  const self = { worker: workerId, host: thisProcess().host, runner: thisProcess(), leaseMs: 77 };
  const entered = presenceChange([self], ["old"]);
  t.deepEqual(events.splice(0), ["start", ["beat", workerId], "away", [5, entered]]);
  await leave();
  t.false(heartbeat.isAwaiting);
  t.deepEqual(events.splice(0), ["stop", [5, presenceChange([], [workerId])]]);
  const alone = await enterStudy({ ...state, isShared: false } as unknown as State);
  await alone();
  t.deepEqual(events, []);
});

test("a turn that starts trials beats for each of their workers, unless it just did", async (t) => {
  const beats: string[] = [];
  const turn = { beat: async (worker: string) => void beats.push(worker) } as unknown as Turn;
  const heartbeat = new Heartbeat("memory:", async () => undefined, () => false); // prettier-ignore
  await heartbeat.within(turn, new Set(["a", "b"]));
  await heartbeat.within(turn, new Set(["a", "c"]));
  t.deepEqual(beats, ["a", "b", "c"]);
  heartbeat.beatMs = 0;
  await heartbeat.within(turn, new Set(["a"]));
  t.deepEqual(beats, ["a", "b", "c", "a"]);
});
