import test from "ava";
import { HpoError, TrialDiverged, TrialPruned } from "../errors/errors.ts";
import {
  failureOf,
  memoryFailure,
  outcomeOfThrown,
  ownFailure,
  stoppedOutcome,
} from "./outcome.ts";

const abort = (reason: unknown): AbortSignal => AbortSignal.abort(reason);

test("a trial's end is told by what its objective threw", (t) => {
  t.deepEqual(outcomeOfThrown(new TrialPruned()), { kind: "pruned" });
  const copy = Object.assign(new Error("of another copy of hpo"), { name: "TrialPruned" });
  t.deepEqual(outcomeOfThrown(copy), { kind: "pruned" });
  const outcome = outcomeOfThrown(new TypeError("x is not a function"));
  t.like(outcome, {
    kind: "failed",
    failure: { reason: "error", message: "TypeError: x is not a function" },
  });
});

test("an abort that was passed on is the end that its reason tells; another error stays one", (t) => {
  const late = new DOMException("after 3 s", "TimeoutError");
  const timeout = { reason: "timeout", message: "after 3 s" } as const;
  t.deepEqual(stoppedOutcome(abort(late)), { kind: "failed", failure: timeout });
  t.deepEqual(outcomeOfThrown(late, abort(late)), { kind: "failed", failure: timeout });
  const aborted = new DOMException("This operation was aborted", "AbortError");
  t.deepEqual(outcomeOfThrown(aborted, abort(late)), { kind: "failed", failure: timeout });
  const lost = outcomeOfThrown("stop", abort("stop"));
  t.like(lost, {
    failure: { reason: "lost", message: "The trial was stopped before its end: stop" },
  });
  const bug = outcomeOfThrown(new Error("a bug"), abort(late));
  t.like(bug, { failure: { reason: "error", message: "a bug" } });
  const running = new AbortController().signal;
  t.like(outcomeOfThrown(aborted, running), { failure: { reason: "error" } });
});

test("a divergence keeps what it carries of the right kind, and nothing else", (t) => {
  const known = { cause: "explosion", step: 4, learningRate: 0.1, gradientNorm: 9, advice: "less" };
  const failure = failureOf(new TrialDiverged("it blew up", known as never));
  t.deepEqual(failure, { reason: "diverged", message: "it blew up", ...known } as never);
  const foreign = (divergence: unknown) =>
    failureOf(Object.assign(new Error("it blew up"), { name: "TrialDiverged", divergence }));
  const wrong = { cause: 1, step: "4", learningRate: null, gradientNorm: "9", advice: 7, more: 1 };
  for (const given of [wrong, undefined, null, "text", {}]) {
    t.deepEqual(foreign(given), { reason: "diverged", message: "it blew up" });
  }
});

test("out of memory is told apart by code, words and texts", (t) => {
  const byCode = Object.assign(new Error("terminated"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  for (const thrown of [byCode, new Error("CUDA out of memory"), "CUDA out of memory"]) {
    t.is(failureOf(thrown).reason, "outOfMemory", String(thrown));
  }
  const other = Object.assign(new Error("terminated"), { code: "ERR_OTHER" });
  const own = new TypeError("no out of memory handler");
  for (const thrown of [other, "full", 7, undefined, own]) t.is(failureOf(thrown).reason, "error");
  const { message } = memoryFailure(3 * 2 ** 30, 2 ** 30);
  t.regex(message, /held 3 ?GiB in memory, more than its limit of 1 ?GiB/);
});

test("an error's message is told as its thrower would know it, with its causes", (t) => {
  const said = (thrown: unknown): string => failureOf(thrown).message;
  t.is(said(new Error("plain")), "plain");
  t.is(said(new HpoError("ours")), "ours");
  t.is(said(new RangeError()), "RangeError");
  t.is(said(new Error()), "An error without a message.");
  t.regex(said("text"), /threw the string "text", which is no Error/);
  t.regex(said({ a: 1 }), /threw an object \(\{"a":1\}\)/);
  t.regex(said(null), /threw null,/);
  t.regex(said(7), /threw 7,/);
  const cause = (depth: number): Error =>
    new Error(`at ${depth}`, depth > 0 ? { cause: cause(depth - 1) } : {});
  const deep = failureOf(cause(9));
  const stack = deep.reason === "error" ? (deep.stack ?? "") : "";
  t.deepEqual(
    stack.match(/Caused by Error: at \d/g)?.map((line) => line.at(-1)),
    [..."87654"],
  );
  t.is(failureOf("text").reason === "error" && "stack" in failureOf("text"), false);
  t.deepEqual(ownFailure(new HpoError("ours")), { reason: "error", message: "ours" });
  t.true("stack" in ownFailure(new Error("theirs")));
});

test("what can't be read is told so", (t) => {
  const hostile = new Error("x");
  Object.defineProperty(hostile, "message", { get: () => { throw new Error("no"); } }); // prettier-ignore
  t.regex(failureOf(hostile).message, /threw what can't be read/);
  const stackless = new Error("seen");
  Object.defineProperty(stackless, "stack", { get: () => { throw new Error("no"); } }); // prettier-ignore
  t.deepEqual(failureOf(stackless), { reason: "error", message: "seen" });
});
