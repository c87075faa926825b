import test from "ava";
import { failureOfExit } from "../process-exit.ts";

/** The failure's reason and message for a program with these lines on stderr. */
function told(...lines: readonly string[]): string {
  const errors = `${lines.join("\n")}\n`;
  const { reason, message } = failureOfExit({ what: "", errors, isOomKill: false });
  return `${reason}${message}`;
}

const HEADER = "Traceback (most recent call last):";
const traceback = (thrown: string, frame = "<module>", header = HEADER): string[] => [
  header,
  `  File "train.py", line 9, in ${frame}`,
  "    run(lr)",
  "    ^^^^^^^",
  thrown,
];
const LOAD = "FileNotFoundError: [Errno 2] No such file or directory: 'train.bin'";
const BAR = " 45%|####5     | 45/100 [00:01<00:01, 44.4it/s]";

test("what nobody caught is told, not what was logged, ignored or thrown elsewhere", (t) => {
  const bad = traceback("ValueError: bad lr");
  const ignored = [
    "Exception ignored in: <function Pool.__del__ at 0x7f732aeedbc0>",
    ...traceback("AttributeError: 'Pool' object has no attribute '_state'", "__del__"),
  ];
  t.is(told(...bad, ...ignored), "error: ValueError: bad lr");
  t.is(
    told(...bad, "Exception ignored in: <_io.TextIOWrapper name='<stdout>'>", "BrokenPipeError: x"),
    "error: ValueError: bad lr",
  );
  t.regex(told(...ignored), /^error: AttributeError/, "where nothing else is said");
  const inLogging = [
    "--- Logging error ---",
    ...traceback("TypeError: not all arguments converted during string formatting"),
    ...["Call stack:", '  File "train.py", line 3, in <module>'],
    ...["Message: 'loss'", "Arguments: (1,)"],
  ];
  t.is(told(...inLogging, "the data set is missing"), "error: the data set is missing");
  const logged = ["ERROR:root:could not load", ...traceback(LOAD, "main")];
  t.is(told(...logged, "the data set is missing"), "error: the data set is missing");
  t.is(told(...logged, "the data set is missing", ...ignored), "error: the data set is missing");
  t.is(told(...logged), `error: ${LOAD}`);
  t.is(told(...logged, ...bad), "error: ValueError: bad lr");
  const loggedByModule = ["2026-01-01 12:00:00,123 ERROR no data", ...traceback(LOAD)];
  t.is(told(...loggedByModule, "the data set is missing"), "error: the data set is missing");
  t.is(told(...loggedByModule, "wandb: View run at https://x"), `error: ${LOAD}`);
  const unformatted = ["could not load", ...traceback(LOAD, "main")];
  t.is(told(...unformatted, "the data set is missing"), "error: the data set is missing");
  const inThread = ["Exception in thread Thread-1 (load):", ...traceback(LOAD, "_bootstrap_inner")];
  t.is(told(...inThread, ...bad), "error: ValueError: bad lr");
  t.is(told(...bad, ...inThread), "error: ValueError: bad lr");
  t.is(told(...inThread), `error: ${LOAD}`);
  t.is(told(...inThread, "final: no data set"), "error: final: no data set");
  t.is(told(...inThread, "2026-01-01 10:00:00 ERROR stopping"), `error: ${LOAD}`);
  const hydra = ["Error executing job with overrides: []", ...traceback(LOAD, "main"), ""];
  const hint = "Set the environment variable HYDRA_FULL_ERROR=1 for a complete stack trace.";
  t.is(told(...hydra, hint), `error: ${LOAD}`);
});

test("bars, escapes, launchers' prefixes and launchers' own errors do not hide it", (t) => {
  const bad = traceback("KeyError: 'lr'");
  t.is(told(`\r${BAR}${bad[0]}`, ...bad.slice(1)), "error: KeyError: 'lr'");
  t.is(told(...bad, `\r 50%|##\r${BAR}`), "error: KeyError: 'lr'");
  t.is(told(`fatal: no data\r${BAR}`), "error: fatal: no data");
  t.is(told("\u001b[31mfatal: no data\u001b[0m", "-".repeat(40)), "error: fatal: no data");
  const mpirun = [
    ...bad.map((line) => `[1,0]<stderr>:${line}`),
    "[1,1]<stderr>:ConnectionError: lost rank 0",
    "-".repeat(74),
    "Primary job  terminated normally, but 1 process returned a non-zero exit code.",
    "-".repeat(74),
  ];
  t.is(told(...mpirun), "error: KeyError: 'lr'");
  t.is(told("[1,0]<stderr>:fatal: no data", ...mpirun.slice(-3)), "error: fatal: no data");
  const accelerate = traceback(
    "subprocess.CalledProcessError: Command '['python3', 'train.py']' returned non-zero exit status 1.",
  );
  t.is(told(...bad, ...accelerate), "error: KeyError: 'lr'");
  t.is(told("the data set is missing", ...accelerate), "error: the data set is missing");
  t.regex(told(...accelerate), /^error: subprocess\.CalledProcessError: Command/);
});

test("of exceptions in exceptions the one that says why is told", (t) => {
  const group = [
    "  + Exception Group Traceback (most recent call last):",
    '  |   File "train.py", line 2, in <module>',
    "  |     f()",
    "  | ExceptionGroup: two jobs failed (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    `    | ${HEADER}`,
    '    |   File "train.py", line 1, in f',
    "    | ValueError: bad lr",
    "    +---------------- 2 ----------------",
    "    | TypeError: x",
    "    +------------------------------------",
  ];
  t.is(
    told(...group),
    "error: ExceptionGroup: two jobs failed (2 sub-exceptions): ValueError: bad lr",
  );
  const loader = [
    ...traceback("ValueError: Caught ValueError in DataLoader worker process 0."),
    ...traceback("ValueError: image 7 is torn", "_worker_loop", `Original ${HEADER}`),
  ];
  t.is(told(...loader), "error: ValueError: image 7 is torn");
  const spawned = [
    ...traceback("torch.multiprocessing.spawn.ProcessRaisedException: "),
    ...["", "-- Process 0 terminated with the following error:"],
    ...traceback("ValueError: bad lr", "_wrap"),
  ];
  t.is(told(...spawned), "error: ValueError: bad lr");
});

const HANDLING = ["", "During handling of the above exception, another exception occurred:", ""];
const CAUSE = ["", "The above exception was the direct cause of the following exception:", ""];

test("memory ran out if what nobody caught says so; other words count where there is none", (t) => {
  const tensorflow =
    "2026-01-01 12:00:00.1: W tensorflow/core/common_runtime/bfc_allocator.cc:290] Allocator (GPU_0_bfc) " +
    "ran out of memory trying to allocate 2.17GiB with freed_by_count=0. The caller indicates that this " +
    "is not a failure, but this may mean that there could be performance gains if more memory were available.";
  const torch = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.";
  const keyError = traceback("KeyError: 'lr'");
  t.is(told(tensorflow, ...keyError), "error: KeyError: 'lr'");
  t.is(told(tensorflow, "no such data set"), "error: no such data set");
  t.is(told(...traceback(torch, "fit"), ...HANDLING, ...keyError), "error: KeyError: 'lr'");
  t.is(told("CUDA out of memory: batch size 32 is tried", ...keyError), "error: KeyError: 'lr'");
  t.is(
    told(...traceback(torch, "fit"), ...CAUSE, ...traceback("RuntimeError: training failed")),
    `outOfMemory: ${torch}`,
  );
  t.is(told("ERROR:root:x", ...traceback(torch, "fit"), "gave up"), `outOfMemory: ${torch}`);
  const ownMistakes = [
    "AssertionError: expected no out of memory handler, got 1",
    "ImportError: libgomp.so.1: cannot allocate memory in static TLS block",
    "json.decoder.JSONDecodeError: MemoryError",
    "KeyError: 'MemoryError'",
  ];
  for (const mistake of ownMistakes) {
    t.is(told(...traceback(mistake)), `error: ${mistake}`);
    t.is(told(...traceback(mistake, "main"), "gave up"), "error: gave up", "where it was caught");
  }
  const chained = [...traceback("MemoryError", "load"), ...CAUSE];
  t.is(told(...chained, ...traceback("ValueError: bad batch")), "error: ValueError: bad batch");
  const several = traceback("AssertionError: the log has\nCUDA out of memory");
  t.is(told(...several), "error: AssertionError: the log has");
  const dead = "RuntimeError: DataLoader worker (pid(s) 81) exited unexpectedly";
  const killed = "RuntimeError: DataLoader worker (pid 81) is killed by signal: Killed. ";
  t.regex(
    told(...traceback(killed, "fit"), ...CAUSE, ...traceback(dead)),
    /^outOfMemory: .*Killed/,
  );
  t.is(told(...traceback(dead)), `error: ${dead}`);
  const memory: readonly (readonly string[])[] = [
    traceback(
      "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array",
    ),
    traceback("xgboost.core.XGBoostError: [12:00:00] /src/c_api.cc:9: bad\nstd::bad_alloc: x"),
    traceback(
      "ResourceExhaustedError: Graph execution error:\n\nDetected at node 'x'\n\nOOM when allocating",
    ),
    traceback(
      "py4j.protocol.Py4JJavaError: An error\n: java.lang.OutOfMemoryError: Java heap space",
    ),
    [
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
      "\tat Train.main(T.java:3)",
    ],
    [
      "terminate called after throwing an instance of 'std::bad_alloc'",
      "  what():  std::bad_alloc",
    ],
    ["Error: cannot allocate vector of size 7.5 Gb", "Execution halted"],
    ["memory allocation of 8000000000 bytes failed"],
    ["[LightGBM] [Fatal] std::bad_alloc"],
  ];
  for (const lines of memory) t.regex(told(...lines), /^outOfMemory: /, lines.join("\n"));
});

test("other languages' errors are told, not their stacks nor what runtimes add", (t) => {
  const programs: readonly (readonly [line: string, ...words: string[]])[] = [
    [
      "Error: no data",
      "/t.js:3",
      "  throw new Error()",
      "  ^",
      "",
      "Error: no data",
      "    at f (/t.js:3:9) {",
      "  code: 'E'",
      "}",
      "",
      "Node.js v22.1.0",
    ],
    [
      "Caused by: java.io.IOException: no data",
      'Exception in thread "main" java.lang.X: x',
      "\tat T.main(T.java:3)",
      "Caused by: java.io.IOException: no data",
      "\t... 3 more",
    ],
    [
      "Error in load() : no data",
      "Error in load() : no data",
      "Calls: main -> load",
      "Execution halted",
    ],
    [
      "no data",
      "ERROR: LoadError: no data",
      "Stacktrace:",
      " [1] load()",
      "in expression starting at t.jl:3",
    ],
    [
      "no data",
      "thread 'main' panicked at src/main.rs:2:5:",
      "no data",
      "note: run with `RUST_BACKTRACE=1`",
    ],
    // Since 1.91 Rust prints the thread's number.
    [
      "no data",
      "thread '<unnamed>' (4711) panicked at src/main.rs:2:5:",
      "no data",
      "stack backtrace:",
    ],
    [
      "panic: no data",
      "panic: no data",
      "",
      "goroutine 1 [running]:",
      "main.main()",
      "\t/t.go:5",
      "exit status 2",
    ],
    [
      "Fatal Python error: Segmentation fault",
      "Fatal Python error: Segmentation fault",
      "",
      "Current thread 0x0 (most recent call first):",
      '  File "t.py", line 3 in f',
      "",
      "Extension modules: numpy (total: 1)",
    ],
  ];
  for (const [line, ...words] of programs) t.is(told(...words), `error: ${line}`);
  t.is(told(""), "error and printed nothing on stderr.");
});

test("a long stack is read to its end, and its end is shown", (t) => {
  const frames = Array.from({ length: 600 }, (_, at) => `  File "t.py", line ${at}, in f\n    f()`);
  const errors = [HEADER, ...frames, "RecursionError: too deep", "Search for `cudaX' in y"].join(
    "\n",
  );
  const failure = failureOfExit({ what: "", errors, isOomKill: false });
  t.is(failure.message, ": RecursionError: too deep");
  const { stack = "" } = failure as { stack?: string };
  t.true(Buffer.byteLength(stack) <= 8192 && stack.startsWith("  ") && errors.endsWith(stack));
  const cut = `[99 bytes before this were dropped]\n${frames[0]}\nValueError: x\n-- hint: y`;
  t.is(failureOfExit({ what: "", errors: cut, isOomKill: false }).message, ": ValueError: x");
});

test("a traceback that is torn, or that has no frames, is not read as one", (t) => {
  t.is(told("no such data", HEADER), "error: no such data");
  t.is(
    told("no such data", HEADER, '  File "train.py", line 9, in <module>'),
    "error: no such data",
  );
  const [header, ...rest] = traceback("KeyError: 'lr'");
  t.is(told(header, "", ...rest), "error: KeyError: 'lr'", "an empty line before its frames");
});
