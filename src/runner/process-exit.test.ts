import test from "ava";
import { BAD_INDEX, JAX_MEMORY, RANK_FAILED, WATCHDOG } from "./fixtures/last-words.ts";
import { failureOfExit } from "./process-exit.ts";

const messageOf = (errors: string): string => {
  const { reason, message } = failureOfExit({ what: "It ended", errors, isOomKill: false });
  return `${reason}: ${message}`;
};

test("of Python's last words the exception is told, whatever follows it", (t) => {
  t.is(
    messageOf(BAD_INDEX),
    "error: It ended: torch.AcceleratorError: CUDA error: device-side assert triggered",
  );
  const chained = `${BAD_INDEX}\nDuring handling of the above exception, another exception occurred:\n
Traceback (most recent call last):
  File "train.py", line 3, in <module>
    main()
KeyError: 'lr'
/usr/lib/python3.12/multiprocessing/resource_tracker.py:254: UserWarning: 1 leaked semaphore
`;
  t.is(messageOf(chained), "error: It ended: KeyError: 'lr'");
  t.is(messageOf("Traceback (most recent call last):\n  cut"), "error: It ended: cut");
});

test("of torchrun's, the exception of the rank that failed", (t) => {
  t.is(messageOf(RANK_FAILED), "error: It ended: ValueError: the data set is empty");
  const silent = RANK_FAILED.replace(/^\[rank.*\n/gm, "");
  t.is(messageOf(silent), "error: It ended: rank 1 ended with 1");
  const killed = silent.replace("exitcode  : 1 ", "exitcode  : -9 ");
  t.is(messageOf(killed), "error: It ended: rank 1 was killed by signal 9");
});

test("of a C++ program's, what was thrown, not the last frame of its stack", (t) => {
  t.regex(
    messageOf(WATCHDOG),
    /^error: It ended: \[PG ID 0 .*CUDA error: device-side assert triggered$/,
  );
});

test("lack of memory is told by the exception, where that says it", (t) => {
  t.regex(
    messageOf(JAX_MEMORY),
    /^outOfMemory: It ended: jax\.errors\.JaxRuntimeError: RESOURCE_EXHAUSTED/,
  );
  const caught = "MemoryError\nTraceback (most recent call last):\n  at\nSystemError: it stops";
  t.is(
    messageOf(caught),
    "error: It ended: SystemError: it stops",
    "what was caught does not count",
  );
});
