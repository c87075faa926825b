import test from "ava";
import type { Lease } from "../../contracts/lease.ts";
import type { Outcome } from "../../contracts/objective.ts";
import { TrialFinishedError } from "../../errors/errors.ts";
import { recorder } from "../fixtures/host-trial.ts";
import type { Slot, SlotPool } from "../slot-pool.ts";
import { outcomeOfEnd, outcomeOfStop, remember, whyStopped, type Said } from "./command-outcome.ts";
import { retryingRunner, type Attempt } from "./command-retries.ts";
import { judged, oomKillCount, type MachineFault } from "./machine-fault.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";
import { unreadWords } from "./unread-words.ts";

const exited = (code: number | null, signal: string | null = null): CommandEnd => ({
  ...{ kind: "exited", code, signal },
});
const failed = (stack = "", message = "It broke"): Outcome => ({
  ...{ kind: "failed", failure: { reason: "error", message, stack } },
});
const ECC = "RuntimeError: uncorrectable ECC error encountered";
const ILLEGAL = "CUDA error: an illegal memory access was encountered";

test("whether the machine is to blame hangs on the end, the last words and the user's codes", (t) => {
  const device = (why: string): MachineFault => ({ kind: "device", why });
  const machine = (why: string): MachineFault => ({ kind: "machine", why });
  const SIGKILL = machine("it was killed by SIGKILL");
  const torchrun = "Signal 9 (SIGKILL) received by PID 7";
  const root = "Root Cause (first observed failure):";
  const cases: readonly (readonly [Outcome, CommandEnd, MachineFault | undefined])[] = [
    [failed(), exited(1), undefined],
    [failed(), exited(75), machine("it ended with exit code 75")],
    [failed(), exited(76), undefined],
    [failed(), exited(0), undefined],
    [failed(ECC), exited(0), undefined],
    [failed(ECC), exited(1), device(ECC)],
    [failed(`before\n  ${ECC}  \nafter`), exited(75), device(ECC)],
    [
      failed(`${ECC} ${"x".repeat(400)}`),
      exited(1),
      device(`${ECC} ${"x".repeat(400)}`.slice(0, 300)),
    ],
    [failed("ncclSystemError: x"), exited(1), device("ncclSystemError: x")],
    [failed(`ncclSystemError: x\n${ILLEGAL}`), exited(1), undefined],
    [failed(`${ECC}\n${ILLEGAL}`), exited(1), device(ECC)],
    [failed("OSError: [Errno 5] Input/output error"), exited(1), machine("OSError: [Errno 5] Input/output error")], // prettier-ignore
    [failed(`Stale file handle\n${ECC}`), exited(1), device(ECC)],
    [failed(), exited(null, "SIGKILL"), SIGKILL],
    [failed(), exited(137), SIGKILL],
    [failed(), exited(136), undefined],
    [failed(), exited(138), undefined],
    [failed(), exited(null, "SIGSEGV"), undefined],
    [failed(torchrun), exited(1), SIGKILL],
    [failed(`${torchrun}\n${root}\n exitcode: 1`), exited(1), undefined],
    [failed(`exitcode: 1\n${root}\n${torchrun}`), exited(1), SIGKILL],
    [{ kind: "failed", failure: { reason: "error", message: ECC } }, exited(1), undefined],
    [{ kind: "returned", result: 1 }, exited(75), undefined],
    [{ kind: "pruned" }, exited(null, "SIGKILL"), undefined],
    [{ kind: "failed", failure: { reason: "outOfMemory", message: ECC } }, exited(75), undefined],
    [{ ...failed(ECC), error: new Error("ours") } as Outcome, exited(75), undefined],
    [failed(ECC), { kind: "notStarted", message: ECC }, undefined],
  ];
  for (const [outcome, end, fault] of cases) {
    const verdict = judged(outcome, end, [75], undefined);
    t.deepEqual(verdict, fault ? { outcome, fault } : { outcome }, JSON.stringify([outcome, end]));
  }
});

test("a SIGKILL is lack of memory where the kernel killed meanwhile, and no fault then", (t) => {
  const kills = oomKillCount();
  if (kills === undefined) return void t.pass("not counted here");
  const verdict = (before: number | undefined, end: CommandEnd) =>
    judged(failed(), end, [], before);
  const memory = {
    outcome: {
      kind: "failed",
      failure: {
        reason: "outOfMemory",
        message: "The command was killed by the system because memory ran out.",
      },
    },
  };
  t.deepEqual(verdict(kills - 1, exited(137)) as object, memory);
  t.is(verdict(Infinity, exited(137)).fault?.kind, "machine");
  t.is(verdict(undefined, exited(137)).fault?.kind, "machine");
  t.is(verdict(kills - 1, exited(1)).fault, undefined);
});

/** Runs a trial whose attempts end so, each in one of these slots. */
async function retried(
  attempts: readonly (MachineFault["kind"] | "fine" | "abort")[],
  {
    retries = 9,
    message = "It broke.",
    lease = true,
    refuses = undefined as Error | undefined,
  } = {},
) {
  const slot: Slot = lease ? { lease: { name: "cuda:0", env: {} } } : {};
  const aside: Lease[] = [];
  const avoided: (Slot | undefined)[] = [];
  const pool = {
    use: (_: unknown, work: (slot: Slot) => Promise<Outcome>, choice: { avoid?: Slot }) => {
      avoided.push(choice.avoid);
      return work(slot);
    },
    setAside: (one: Lease) => aside.push(one),
  } as unknown as SlotPool<Slot>;
  const left = [...attempts];
  const run = retryingRunner(pool, { retries, retryDelayMs: 0 }, async (): Promise<Attempt> => {
    const kind = left.shift() ?? "fine";
    if (kind === "abort") made.abort(new Error("stop"));
    if (kind === "fine") return { outcome: { kind: "returned", result: 1 } };
    return {
      outcome: failed("", message),
      fault: {
        kind: kind === "device" ? "device" : "machine",
        why: `why ${attempts.length - left.length}`,
      },
    };
  });
  const made = recorder();
  const trial = refuses
    ? Object.assign(Object.create(made.trial) as typeof made.trial, {
        retry: () => {
          throw refuses;
        },
      })
    : made.trial;
  const outcome = await run(trial).catch((error: unknown) => error);
  return { outcome, heard: made.heard, aside: aside.map(({ name }) => name), avoided, slot, again: () => run(made.trial) }; // prettier-ignore
}

test("a trial begins again after each fault of the machine, as often as it may, elsewhere if it can", async (t) => {
  const twice = await retried(["machine", "device", "fine"]);
  t.deepEqual(twice.outcome, { kind: "returned", result: 1 });
  t.deepEqual(twice.heard, ['retry "why 1"', 'retry "why 2"']);
  t.deepEqual(twice.avoided, [undefined, twice.slot, twice.slot]);
  t.deepEqual(twice.aside, []);
  const message = (outcome: unknown) =>
    (outcome as { failure: { message: string } }).failure.message;
  const out = await retried(["machine", "machine", "machine"], { retries: 2 });
  t.deepEqual(out.heard.length, 2);
  t.is(message(out.outcome), "It broke (tried 3 times)");
  const once = await retried(["machine", "fine"], { retries: 0 });
  t.deepEqual([message(once.outcome), once.heard], ["It broke.", []]);
  const one = await retried(["machine", "machine"], { retries: 1, message: "It broke" });
  t.is(message(one.outcome), "It broke (tried 2 times)");
  const stopped = await retried(["abort", "fine"]);
  t.deepEqual([message(stopped.outcome), stopped.heard], ["It broke.", []]);
});

test("a device that fails three times in a row is set aside, once; others' faults don't count", async (t) => {
  const note = 'note "cuda:0 IS SET ASIDE: 3 trials in a row failed on it, the last with: why 3"';
  const three = await retried(["device", "device", "device", "device", "fine"]);
  t.deepEqual(three.aside, ["cuda:0"]);
  t.deepEqual(three.heard.filter((line) => line.startsWith("note")), [note]); // prettier-ignore
  t.deepEqual((await retried(["device", "device", "fine"])).aside, []);
  const between = await retried(["device", "device", "machine", "device", "device", "fine"]);
  t.deepEqual(between.aside, []);
  const bare = await retried(["device", "device", "device", "fine"], { lease: false });
  t.deepEqual(bare.aside, []);
  const later = await retried(["device", "device", "fine"]);
  await later.again();
  t.deepEqual(later.aside, [], "it succeeded between");
});

test("a trial whose end was told meanwhile is not begun again; another error is passed on", async (t) => {
  const told = await retried(["machine", "fine"], { refuses: new TrialFinishedError("told") });
  t.like(told.outcome, { kind: "failed", failure: { message: "It broke." } });
  const bug = new Error("a bug");
  t.is((await retried(["machine", "fine"], { refuses: bug })).outcome, bug);
});

test("what a command said counts at its end: the last result, and how much it reported", (t) => {
  const said = (...meanings: readonly Parameters<typeof remember>[1][]): Said =>
    meanings.reduce<Said>(remember, {});
  const report = (step: number, isResult = false) =>
    ({ kind: "report", step, value: 10 * step, isResult }) as Parameters<typeof remember>[1];
  const result = (value: unknown) =>
    ({ kind: "result", result: value }) as ReturnType<typeof report>;
  const over = { kind: "startOver" } as ReturnType<typeof report>;
  t.deepEqual(said(), {});
  t.deepEqual(said(report(1), report(4)), { reportCount: 2, lastStep: 4 });
  t.deepEqual(said(report(1), result(5)), { reportCount: 1, lastStep: 1, result: { value: 5 } });
  t.deepEqual(said(result(5), result(6)), { result: { value: 6 } });
  t.deepEqual(said(report(3, true)), { reportCount: 1, lastStep: 3, result: { value: 30 } });
  t.deepEqual(said(report(3), over), {});
  t.deepEqual(said(report(3), result(0), over), { result: { value: 0 } });
  const other = { kind: "nothing" } as never;
  t.deepEqual(said(report(3), other), { reportCount: 1, lastStep: 3 });
});

test("a command's outcome is what it said, or how it failed, with what was not understood", (t) => {
  const plan = { argv: ["nowhere"], cwd: ".", env: {} };
  const ended = (end: CommandEnd, more: object = {}) =>
    outcomeOfEnd({
      ...{ end, plan, memoryLimitBytes: 2 ** 30, errors: "", said: {}, unread: undefined },
      ...{ remedy: "Print one.", ...more },
    });
  const noResult = (message: string) => ({
    ...{ kind: "failed", failure: { reason: "error", cause: "noResult", message } },
  });
  const result = { result: { value: 0 } };
  t.deepEqual(ended(exited(0), { said: result }), { kind: "returned", result: 0 });
  t.deepEqual(ended(exited(0)) as object, noResult("The command ended well but gave no result. Print one.")); // prettier-ignore
  t.deepEqual(
    ended(exited(0), { said: { reportCount: 1 }, unread: "what" }) as object,
    noResult(
      "The command ended well but gave no result, only reports (1). Print one. The last line that was not understood: what.",
    ),
  );
  t.deepEqual(ended(exited(3), { said: result, errors: "a\nfatal: b\n" }), {
    kind: "failed",
    failure: { reason: "error", message: "The command ended with exit code 3: fatal: b", stack: "a\nfatal: b" },
    result: 0,
  }); // prettier-ignore
  t.deepEqual(ended(exited(null, "SIGTERM")), {
    kind: "failed",
    failure: {
      reason: "error",
      message: "The command was killed by SIGTERM and printed nothing on stderr.",
    },
  });
  const heavy = ended({ kind: "exited", code: 0, signal: null, heldBytes: 2 ** 31 });
  t.like(heavy, { failure: { reason: "outOfMemory" } });
  t.regex(JSON.stringify(heavy), /held 2 ?GiB in memory, more than its limit of 1 ?GiB/);
  const none = ended({ kind: "notStarted", message: "spawn ENOENT", code: "ENOENT" });
  t.regex(JSON.stringify(none), /The command \\"nowhere\\" could not be started: spawn ENOENT/);
});

test("a command that is told to stop is told why, and its result does not count", (t) => {
  const late = AbortSignal.abort(new DOMException("after 3 s", "TimeoutError"));
  const gone = AbortSignal.abort(new Error("by hand"));
  const { signal } = new AbortController();
  const why = (reason: Parameters<typeof whyStopped>[0], more = {}, said: Said = {}) =>
    whyStopped(reason, { signal, ...more }, said);
  t.deepEqual(why({ kind: "pruned" }), { reason: "pruned" });
  t.deepEqual(why({ kind: "pruned" }, { maxStep: 3 }, { lastStep: 2 }), { reason: "pruned" });
  t.deepEqual(why({ kind: "pruned" }, { maxStep: 3 }, { lastStep: 3 }), { reason: "paused" });
  t.deepEqual(why({ kind: "pruned" }, { maxStep: 0 }), { reason: "pruned" });
  t.deepEqual(why({ kind: "aborted" }, { signal: late }), {
    ...{ reason: "timeout", message: "after 3 s" },
  });
  t.deepEqual(why({ kind: "aborted" }, { signal: gone }), {
    ...{ reason: "interrupted", message: "The trial was stopped before its end: by hand" },
  });
  const error = new Error("no such step");
  t.deepEqual(why({ kind: "refused", error }), { reason: "refused", message: "no such step" });
  t.deepEqual(outcomeOfStop({ kind: "pruned" }, gone, {}), { kind: "pruned" });
  t.deepEqual(outcomeOfStop({ kind: "aborted" }, late, { result: { value: 0 } }), {
    ...{ kind: "failed", failure: { reason: "timeout", message: "after 3 s" }, result: 0 },
  });
  t.false("result" in outcomeOfStop({ kind: "aborted" }, late, {}));
  t.like(outcomeOfStop({ kind: "refused", error }, gone, {}), {
    ...{ kind: "failed", failure: { reason: "error", message: "no such step" }, error },
  });
});

test("each kind of what is not understood is told once, up to a flood; the last is remembered", (t) => {
  const { trial, heard } = recorder({ number: 4 });
  const told = new Set<string>();
  const words = unreadWords(trial, told);
  t.is(words.last, undefined);
  words.add("step 3 is no number", '  {"step": "3"} ');
  t.is(words.last, '"{\\"step\\": \\"3\\"}": step 3 is no number');
  words.add("step -4.5e+3 is no number");
  t.is(words.last, "step -4.5e+3 is no number");
  words.add("another", "x".repeat(120));
  t.is(words.last, `"${"x".repeat(120)}": another`);
  words.add("another", "x".repeat(121));
  t.is(words.last, `"${"x".repeat(120)}…": another`);
  t.is(heard.length, 2);
  t.regex(
    heard[0],
    /Trial 4 printed what is not understood, and does not count: .*step 3 is no number\./,
  );
  for (let i = 0; i < 30; i++) words.add("a".repeat(i + 1));
  t.is(heard.length, 20);
  t.is(told.size, 20);
  t.is(words.last, "a".repeat(30));
  unreadWords(trial, told).add("another");
  t.is(heard.length, 20, "of all trials of a runner");
});
