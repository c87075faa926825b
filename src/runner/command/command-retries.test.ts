import test from "ava";
import { commandRunner, type CommandOptions } from "./command-runner.ts";
import { ECC, program } from "../fixtures/flaky-command.ts";
import { BAD_INDEX, RANK_FAILED, WATCHDOG } from "../fixtures/last-words.ts";
import { recorder } from "../fixtures/host-trial.ts";
import { judged, oomKillCount } from "./machine-fault.ts";

async function ran(options: CommandOptions) {
  const runner = commandRunner(options);
  const made = recorder();
  const outcome = await runner.run(made.trial);
  await runner.close();
  return { ...made, outcome };
}

/** Whom a command's last words, with exit code 1, blame. */
function blamed(stack: string) {
  const failure = { reason: "error", message: "", stack } as const;
  const end = { kind: "exited", code: 1, signal: null } as const;
  return judged({ kind: "failed", failure }, end, [], undefined).fault;
}

test("the words of broken cards, drivers and NCCL blame the machine, and are passed on", (t) => {
  const causes = [
    ECC,
    "RuntimeError: CUDA error: CUDA-capable device(s) is/are busy or unavailable",
    "error=46 : all CUDA-capable devices are busy or unavailable",
    "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.cpp:133, unhandled system error",
    "ncclSystemError: System call (e.g. socket, malloc) or external library call failed",
    "[Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4)",
    "NVRM: Xid (PCI:0000:5f:00): 79, GPU has fallen off the bus.",
    "Unable to determine the device handle for GPU3: 0000:5F:00.0: Unknown Error",
    "RuntimeError: CUDA driver initialization failed: CUDA error: system not yet initialized",
    "Failed to initialize NVML: Driver/library version mismatch",
  ];
  for (const why of causes) {
    t.deepEqual(blamed(`Traceback:\n  ${why}\n  later`), { kind: "device", why });
  }
  const killed = RANK_FAILED.replace(
    /To enable traceback.*/,
    "Signal 9 (SIGKILL) received by PID 1",
  );
  t.like(blamed(killed), { kind: "machine", why: "it was killed by SIGKILL" });
  t.deepEqual(blamed("OSError: [Errno 116] Stale file handle: '/data/train.bin'")?.kind, "machine");
});

test("the words of a program's own mistakes do not", (t) => {
  const own = [
    "ValueError: bad learning rate",
    "RuntimeError: CUDA error: an illegal memory access was encountered",
    "RuntimeError: CUDA error: device-side assert triggered",
    "RuntimeError: CUDA error: no kernel image is available for execution on the device",
    "ncclInvalidUsage: This usually reflects invalid usage of NCCL library",
    "RuntimeError: NCCL is initialized twice",
    BAD_INDEX,
    // NCCL's watchdog tells of it, and another rank that it lost its peer.
    WATCHDOG,
    "CUDA error: an illegal memory access was encountered\nncclRemoteError: a peer has exited",
    RANK_FAILED,
  ];
  for (const words of own) t.is(blamed(words), undefined, words);
});

test("what the machine failed is tried again as it was, and says why", async (t) => {
  const { outcome, heard } = await ran(program(`attempt < 2 ? fail("${ECC}\\n  at") : done()`));
  t.deepEqual(outcome, { kind: "returned", result: 2 });
  t.deepEqual(heard, [`retry "${ECC}"`]);
});

test("a SIGKILL from outside and the user's exit codes are tried again", async (t) => {
  const killed = await ran(program(`attempt < 2 ? process.kill(process.pid, "SIGKILL") : done()`));
  t.deepEqual(killed.outcome, { kind: "returned", result: 2 });
  t.deepEqual(killed.heard, ['retry "it was killed by SIGKILL"']);
  const listed = await ran({
    ...program(`attempt < 2 ? fail("preempted", 75) : done()`),
    retryOn: [75],
  });
  t.deepEqual(listed.outcome, { kind: "returned", result: 2 });
});

test("a SIGKILL while the kernel killed because memory ran out is lack of memory, and not tried again", (t) => {
  const kills = oomKillCount() ?? 0;
  const failure = { reason: "error", message: "", stack: "Killed" } as const;
  const failed = { kind: "failed", failure } as const;
  const ends = [
    { kind: "exited", code: null, signal: "SIGKILL" },
    { kind: "exited", code: 137, signal: null },
  ] as const;
  for (const end of ends) {
    const { outcome, fault } = judged(failed, end, [137], kills - 1);
    t.is(outcome.kind === "failed" && outcome.failure.reason, "outOfMemory");
    t.is(fault, undefined);
    // No other one is known to have been killed for it, or none is counted.
    for (const before of [Infinity, undefined]) {
      const other = judged(failed, end, [], before);
      t.is(other.outcome, failed);
      t.like(other.fault, { kind: "machine", why: "it was killed by SIGKILL" });
    }
  }
  const crash = { kind: "exited", code: null, signal: "SIGSEGV" } as const;
  t.is(judged(failed, crash, [], kills - 1).outcome, failed, "another one was killed");
});

test("what the trial brought about itself is not tried again", async (t) => {
  const own = [
    `fail("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB; ${ECC}")`,
    `fail("preempted", 75)`,
    `console.error("${ECC}")`,
  ];
  for (const code of own) {
    const { outcome, heard } = await ran(program(code));
    t.is(outcome.kind, "failed", code);
    t.deepEqual(heard, [], code);
  }
});

test("our own SIGKILL, at a time limit, is no fault of the machine", async (t) => {
  const code = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`;
  const runner = commandRunner({ ...program(code), graceMs: 10 });
  const { trial, heard, abort } = recorder();
  setTimeout(() => abort(new DOMException("too long", "TimeoutError")), 300);
  const outcome = await runner.run(trial);
  await runner.close();
  t.is(outcome.kind === "failed" && outcome.failure.reason, "timeout");
  t.deepEqual(heard, []);
});

test("after its retries a trial fails and tells how often it was tried", async (t) => {
  const { outcome, heard } = await ran(program(`fail("${ECC}")`));
  t.is(heard.length, 2);
  t.is(
    outcome.kind === "failed" && outcome.failure.message,
    `The command ended with exit code 1: ${ECC} (tried 3 times)`,
  );
  const sentence = await ran(program(`fail("${ECC}.")`));
  t.regex(
    sentence.outcome.kind === "failed" ? sentence.outcome.failure.message : "",
    /[^.] \(tried 3 times\)$/,
  );
});

test("without retries nothing is said of them", async (t) => {
  const { outcome, heard } = await ran({ ...program(`fail("${ECC}")`), retries: 0 });
  t.is(heard.length, 0);
  t.is(
    outcome.kind === "failed" && outcome.failure.message,
    `The command ended with exit code 1: ${ECC}`,
  );
});

test("an abort ends the wait for a retry at once", async (t) => {
  const runner = commandRunner({ ...program(`fail("${ECC}")`), retryDelayMs: 3_600_000 });
  const { trial, heard, abort } = recorder();
  const ending = runner.run(trial);
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  abort(new Error("stopped"));
  const outcome = await ending;
  t.is(outcome.kind === "failed" && outcome.failure.reason, "lost");
  await runner.close();
});
