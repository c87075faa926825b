import type { Worker } from "node:worker_threads";
import test from "ava";
import { HpoError } from "../errors.ts";
import type { Outcome } from "../live-trial.ts";
import { recorder, type Recorder, type RecorderOptions } from "./fixtures/host-trial.ts";
import type { Runner } from "./runner.ts";
import { threadRunner, type ThreadOptions } from "./thread.ts";

const objectives = new URL("./fixtures/objectives.js", import.meta.url);
const typescriptStudy = new URL("../../../src/runner/fixtures/study.ts", import.meta.url);

const threads = new Set<Worker>();
process.on("worker", (thread) => {
  threads.add(thread);
  thread.once("exit", () => threads.delete(thread));
});

/** Runs the body with a runner of one export, and sees that no thread outlives the runner. */
async function withRunner(
  exportName: string | undefined,
  body: (runner: Runner) => Promise<void>,
  options: Partial<ThreadOptions> = {},
): Promise<void> {
  const runner = threadRunner({ module: objectives, exportName, workers: 1, ...options });
  try {
    await body(runner);
  } finally {
    await runner.close();
  }
}

interface Ran extends Recorder {
  readonly outcome: Outcome;
}

async function runOne(runner: Runner, options?: RecorderOptions): Promise<Ran> {
  const made = recorder(options);
  return { ...made, outcome: await runner.run(made.trial) };
}

/** One trial of one export, in a runner of its own. */
async function ranAlone(exportName: string, options?: RecorderOptions): Promise<Ran> {
  let ran: Ran | undefined;
  await withRunner(exportName, async (runner) => {
    ran = await runOne(runner, options);
  });
  return ran!;
}

const returned = (result: unknown): Outcome => ({ kind: "returned", result });

function failure(outcome: Outcome) {
  if (outcome.kind !== "failed") throw new Error(`not failed: ${JSON.stringify(outcome)}`);
  return outcome.failure;
}

// Threads are counted for the whole process, so one test at a time.
test.serial.afterEach.always("no thread outlives close", (t) => {
  t.is(threads.size, 0);
});

test.serial("an exported function is the objective, and a study definition's is", async (t) => {
  t.deepEqual((await ranAlone("square", { params: { x: 3 } })).outcome, returned(9));
  t.deepEqual((await ranAlone("several")).outcome, returned([1, 2]));
});

test.serial("a TypeScript study is loaded, by its default export and by name", async (t) => {
  const run = async (module: URL | string): Promise<Outcome> => {
    let outcome: Outcome | undefined;
    await withRunner(
      undefined,
      async (runner) => {
        outcome = (await runOne(runner)).outcome;
      },
      { module },
    );
    return outcome!;
  };
  t.deepEqual(await run(typescriptStudy), returned(6));
  t.deepEqual(await run(new URL("#pruned", typescriptStudy)), { kind: "pruned" });
});

test.serial("reports, curves, attributes and constraints reach the study in order", async (t) => {
  const { outcome, heard } = await ranAlone("reporting", { params: { x: 1 } });
  t.deepEqual(outcome, returned(1));
  const steps = [0, 1, 2, 3, 4].flatMap((step) => [
    `report ${1 + step} ${step}`,
    `log {"gradNorm":${step / 2}} ${step}`,
  ]);
  t.deepEqual(heard, [...steps, 'userAttr "device" "cpu"', "constraints [-1,2]"]);
});

test.serial("the pruner is asked at each step and stops the trial where it says so", async (t) => {
  const { outcome, heard } = await ranAlone("untilPruned", { pruneAt: 3 });
  t.deepEqual(outcome, { kind: "pruned" });
  t.is(heard.length, 4);
});

test.serial("suggestions are asked for one by one and become the trial's params", async (t) => {
  const { outcome, heard } = await ranAlone("defineByRun", { params: {} });
  t.deepEqual(outcome, returned((1e-5 + 1) / 2));
  t.deepEqual(heard, [
    'suggestCategorical "kind" ["a","b"]',
    'suggestFloat "lr" 0.00001 1',
    'suggestInt "depth" 1 4',
  ]);
});

test.serial(
  "what the study refuses is thrown in the worker, as the same kind of error",
  async (t) => {
    const failed = failure((await ranAlone("badSuggest")).outcome);
    t.is(failed.reason, "error");
    t.regex(failed.message, /seen: HpoError: float\(0, 1\): a log-scaled float needs low > 0/);
  },
);

test.serial("what the study refuses without being waited for fails the trial", async (t) => {
  t.is(
    failure((await ranAlone("refusedAttr")).outcome).message,
    'The attribute "refused" is refused.',
  );
});

test.serial("a step that is none throws where it is reported", async (t) => {
  const failed = failure((await ranAlone("badStep")).outcome);
  t.regex(failed.message, /step=0\.5 is no integer ≥ 0/);
  t.regex((failed as { stack: string }).stack, /objectives/);
});

test.serial("divergence keeps its evidence", async (t) => {
  t.deepEqual(failure((await ranAlone("diverges")).outcome), {
    reason: "diverged",
    message: "The loss is NaN.",
    cause: "nonFinite",
    step: 7,
    learningRate: 3,
  });
});

test.serial(
  "an error keeps its message, stack and cause; a thrown string is told so",
  async (t) => {
    const failed = failure((await ranAlone("throwsError")).outcome) as Record<string, string>;
    t.is(failed.message, "TypeError: x is no tensor");
    t.regex(failed.stack, /throwsError[^]*Caused by Error: the file was empty/);
    t.regex(failure((await ranAlone("throwsString")).outcome).message, /the string "no weights"/);
  },
);

test.serial("a result that can't be a metric fails the trial and names the remedy", async (t) => {
  const failed = failure((await ranAlone("returnsFunction")).outcome);
  t.regex(failed.message, /Return a number, an array of numbers or an object of numbers/);
});

test.serial(
  "process.exit fails its trial, keeps what was said, and the next trial runs",
  async (t) => {
    await withRunner("exits", async (runner) => {
      const died = await runOne(runner, { params: { x: -1 } });
      t.regex(failure(died.outcome).message, /exit code 3 in the middle of the trial/);
      t.deepEqual(died.heard, ["report 0.5 0"]);
      t.is(died.output(), "leaving\n");
      t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
    });
  },
);

test.serial("an exception outside the objective's promise is its trial's failure", async (t) => {
  await withRunner("uncaught", async (runner) => {
    for (const _attempt of [1, 2]) {
      const failed = failure((await runOne(runner)).outcome);
      t.is(failed.message, "RangeError: thrown from a callback");
    }
  });
});

test.serial(
  "a trial that breaks its memory limit is out of memory, and the next runs",
  async (t) => {
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    await withRunner(
      "outOfHeap",
      async (runner) => {
        t.is(failure((await runOne(runner, { params: { x: -1 } })).outcome).reason, "outOfMemory");
        t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
      },
      { resourceLimits },
    );
    t.is(failure((await ranAlone("hugeBuffer")).outcome).reason, "outOfMemory");
  },
);

test.serial("four workers run forty trials, each trial's words reach its own", async (t) => {
  await withRunner(
    "reporting",
    async (runner) => {
      const numbers = Array.from({ length: 40 }, (_, number) => number);
      const all = await Promise.all(
        numbers.map((number) => runOne(runner, { number, params: { x: number } })),
      );
      for (const [number, { outcome, heard }] of all.entries()) {
        t.deepEqual(outcome, returned(number));
        t.is(heard[0], `report ${number} 0`);
      }
    },
    { workers: 4 },
  );
});

test.serial("the module is imported once and stays warm", async (t) => {
  await withRunner("countsCalls", async (runner) => {
    for (const call of [1, 2, 3]) t.deepEqual((await runOne(runner)).outcome, returned(call));
  });
});

test.serial("an abort reaches an objective that waits, and one that never yields", async (t) => {
  for (const exportName of ["waitsForSignal", "politeLoop"]) {
    await withRunner(exportName, async (runner) => {
      const { trial, reported, abort } = recorder();
      const ending = runner.run(trial);
      await reported;
      abort(new DOMException("The trial took more than 60 s.", "TimeoutError"));
      t.deepEqual(
        failure(await ending),
        { reason: "timeout", message: "The trial took more than 60 s." },
        exportName,
      );
    });
  }
});

test.serial("a trial that ignores the abort loses its thread, not its slot", async (t) => {
  for (const exportName of ["never", "blocked"]) {
    await withRunner(
      exportName,
      async (runner) => {
        const { trial, reported, abort, heard } = recorder({ params: { x: -1 } });
        const ending = runner.run(trial);
        await reported;
        abort(new Error("the study was stopped"));
        t.is(failure(await ending).reason, "lost", exportName);
        t.deepEqual(heard, ["report 0 0"]);
        t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
      },
      { abortGraceMs: 20 },
    );
  }
});

test.serial("a thread given up leaves as soon as its objective speaks", async (t) => {
  await withRunner(
    "rudeLoop",
    async (runner) => {
      const { trial, reported, abort } = recorder();
      const ending = runner.run(trial);
      await reported;
      abort();
      t.is(failure(await ending).reason, "lost");
      // The test's time limit is the assertion's: nothing else ends the thread before close.
      while (threads.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    { abortGraceMs: 20 },
  );
});

test.serial("a trial that is aborted before its turn never starts", async (t) => {
  await withRunner("countsCalls", async (runner) => {
    const { trial, abort } = recorder();
    abort();
    t.is(failure(await runner.run(trial)).reason, "lost");
    t.deepEqual((await runOne(runner)).outcome, returned(1));
  });
});

test.serial("what a trial prints is kept with it", async (t) => {
  await withRunner(
    "prints",
    async (runner) => {
      const all = await Promise.all([1, 2].map((number) => runOne(runner, { number })));
      t.is(all[0].output(), "log of 1\nerror of 1\nraw\n");
      t.is(all[1].output(), "log of 2\nerror of 2\nraw\n");
    },
    { workers: 2 },
  );
});

test.serial("of long output the end is kept, and how much is missing is said", async (t) => {
  const { output } = await ranAlone("printsMuch");
  t.true(Buffer.byteLength(output()) < 66_000);
  t.regex(output(), /^\[\d+ bytes before this were dropped\]\nline \d+\n/);
  t.true(output().endsWith("line 19999\n"));
});

test.serial("a report after the trial's end throws and reaches nobody", async (t) => {
  await withRunner("straggles", async (runner) => {
    await runOne(runner, { number: 1 });
    const second = await runOne(runner, { number: 2 });
    t.regex(failure(second.outcome).message, /TrialFinishedError: Trial 1 has ended/);
    t.deepEqual(second.heard, []);
  });
});

test.serial("wrong modules and exports are named, with what there is", async (t) => {
  t.throws(() => threadRunner({ module: new URL("./no-such.ts", objectives), workers: 1 }), {
    instanceOf: HpoError,
    message: /no-such\.ts does not exist/,
  });
  t.throws(() => threadRunner({ module: objectives, workers: 0 }), { message: /workers=0/ });
  const missing = failure((await ranAlone("sqare")).outcome);
  t.regex(missing.message, /no export "sqare"\. It exports .*square/);
  const wrong = failure((await ranAlone("notAnObjective")).outcome);
  t.regex(wrong.message, /is a value of type number, no objective/);
});
