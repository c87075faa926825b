import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { recorder, type Recorder, type RecorderOptions } from "../fixtures/host-trial.ts";
import { LINE_LIMIT_BYTES } from "../output/line-splitter.ts";
import { outputFiles } from "../output/output-file.ts";
import type { HostTrial } from "../../contracts/runner.ts";
import type { StopWord } from "./command-outcome.ts";
import type { CommandMetric } from "./command-schema.ts";
import { commandTrial, type CommandTrial } from "./command-trial.ts";
import { metricReader } from "./metric/command-metric.ts";

interface Hearing extends Recorder {
  readonly run: CommandTrial;
}

/** A trial whose command says what the test gives it, without one. */
function hearing(
  options: RecorderOptions = {},
  metric: CommandMetric = "json-lines",
  told = new Set<string>(),
  more: Partial<HostTrial> = {},
  onStop: (why: StopWord) => void = () => undefined,
): Hearing {
  const made = recorder(options);
  const run = commandTrial({
    trial: Object.assign(made.trial, more),
    reader: metricReader(metric),
    plan: { argv: ["train"], cwd: "/", env: {} },
    files: outputFiles(mkdtempSync(join(tmpdir(), "hpo-trial-")), 1),
    inheritOutput: false,
    told,
    memoryLimitBytes: undefined,
    onStop,
  });
  return { ...made, run };
}

const ENDED_WELL = { kind: "exited", code: 0, signal: null } as const;
const notesOf = ({ heard }: Recorder): string[] =>
  heard
    .filter((entry) => entry.startsWith("note "))
    .map((entry) => JSON.parse(entry.slice(5)) as string);

test("a report on a bar that ends in a carriage return reaches the pruner at once", (t) => {
  const { run, heard } = hearing({ pruneAt: 2 });
  run.onStdout(Buffer.from(' 10%|█ | 1/9{"step": 1, "value": 0.5}\r'));
  t.deepEqual(heard, ["report 0.5 1"]);
  run.onStdout(Buffer.from(' 20%|██ | 2/9{"step": 2, "value": 0.4}\r 30%|███ '));
  t.deepEqual(run.finish(ENDED_WELL), { kind: "pruned" });
});

test("a report that was held until the program had ended prunes no trial that has its result", (t) => {
  const { run, heard } = hearing({ pruneAt: 1 }, { name: "loss" });
  run.onStdout(Buffer.from("epoch 1 loss=0.5\n"));
  t.deepEqual(run.finish(ENDED_WELL), { kind: "returned", result: 0.5 });
  t.true(heard.includes("report 0.5 1"));
});

test("a report that was held is told of a trial whose time is up, and not of one that was pruned", (t) => {
  for (const kind of ["aborted", "pruned"] as const) {
    const { run, heard } = hearing({}, { name: "loss" });
    run.onStdout(Buffer.from("epoch 1 loss=0.5\n"));
    run.stop({ kind });
    run.finish(ENDED_WELL);
    t.is(heard.includes("report 0.5 1"), kind === "aborted");
  }
});

test("a verdict that comes later stops a command that still runs, and no other one", async (t) => {
  const refusal = new Error("the study is gone");
  const cases = [
    [() => true, "pruned"],
    [() => false, "returned"],
    [() => Promise.reject(refusal), "failed"],
  ] as const;
  for (const [verdict, outcome] of cases) {
    for (const isOver of [false, true]) {
      let decide = (): void => undefined;
      const judged = () => new Promise<void>((go) => void (decide = go)).then(verdict);
      const stops: StopWord[] = [];
      const { run } = hearing({}, "json-lines", new Set(), { judged }, (why) => stops.push(why));
      run.onStdout(Buffer.from('{"step": 1, "value": 0.5}\n{"value": 2}\n'));
      const early = isOver ? run.finish(ENDED_WELL) : undefined;
      decide();
      await new Promise((go) => setImmediate(go));
      t.is(stops.length, !isOver && outcome !== "returned" ? 1 : 0, outcome);
      t.is((early ?? run.finish(ENDED_WELL)).kind, isOver ? "returned" : outcome);
    }
  }
});

test("what is kept of a trial's output is what it printed for people, and nothing else", (t) => {
  const { run, output } = hearing();
  run.onStdout(Buffer.from("one\n"));
  run.onStderr(Buffer.from("two\n"));
  run.onStdout(Buffer.from('{"value": 1}\n'));
  run.finish(ENDED_WELL);
  t.deepEqual(output().split("\n").sort(), ["", "one", "two"]);
});

test("what is not understood is told at once, once of each kind, though a result follows", (t) => {
  const told = new Set<string>();
  const first = hearing({}, "json-lines", told);
  first.run.onStdout(
    Buffer.from(
      '{"step": 0.5, "value": 1}\n{"step": 1.5, "value": 1}\n{\'step\': 1, \'value\': 2}\n',
    ),
  );
  t.deepEqual(notesOf(first), [
    "Trial 0 printed what is not understood, and does not count: step=0.5 must be an integer ≥ 0.",
    "Trial 0 printed what is not understood, and does not count: \"{'step': 1, 'value': 2}\": " +
      "it is a dict as Python prints it, and no JSON. Print json.dumps(…) of it.",
  ]);
  first.run.onStdout(Buffer.from('{"value": 3}\n'));
  t.deepEqual(first.run.finish(ENDED_WELL), { kind: "returned", result: 3 });
  const second = hearing({ number: 1 }, "json-lines", told);
  second.run.onStdout(Buffer.from('{"step": 2.5, "value": 1}\n'));
  t.deepEqual(notesOf(second), []);
  t.regex(
    JSON.stringify(second.run.finish(ENDED_WELL)),
    /gave no result.*not understood: step=2\.5/,
  );
});

test("a line beyond the limit is told, and the next one is read", (t) => {
  const { run, heard } = hearing();
  const piece = Buffer.alloc(LINE_LIMIT_BYTES / 8, "x");
  for (let count = 0; count < 9; count++) run.onStdout(piece);
  run.onStdout(Buffer.from('"}\n{"value": 2}\n'));
  t.regex(notesOf({ heard } as Recorder)[0], /a line is longer than 8 MiB, the most that is read/);
  t.deepEqual(run.finish(ENDED_WELL), { kind: "returned", result: 2 });
});

test("a metric on stderr alone is told to be there", (t) => {
  const logged = "INFO:root:epoch 1 loss=0.5\n";
  const regex = { regex: String.raw`epoch (?<step>\d+) loss=(?<value>\S+)` };
  const missed = hearing({}, regex);
  missed.run.onStderr(Buffer.from(logged));
  t.regex(
    JSON.stringify(missed.run.finish(ENDED_WELL)),
    /INFO:root:epoch 1 loss=0\.5.*it stands on stderr, and stdout alone is read/,
  );
  const both = hearing({}, regex);
  both.run.onStderr(Buffer.from(logged));
  both.run.onStdout(Buffer.from(logged));
  t.deepEqual(both.run.finish(ENDED_WELL), { kind: "returned", result: 0.5 });
  t.deepEqual(notesOf(both), []);
});

test("a metric's name told but once on stderr counts at the end; how it is read is noted once a run", (t) => {
  const told = new Set<string>();
  const bar = Buffer.from("\r 50%|██| 5/10 [00:01<00:01, loss=9]\r");
  const first = hearing({}, { name: "loss" }, told);
  first.run.onStderr(bar);
  t.deepEqual(first.run.finish(ENDED_WELL), { kind: "returned", result: 9 });
  t.regex(
    notesOf(first).join(),
    /^Trial 0: loss is read from text on stderr, its step from its bar: "/,
  );
  for (const number of [1, 2]) {
    const both = hearing({ number }, { name: "loss" }, told);
    both.run.onStderr(bar);
    both.run.onStdout(Buffer.from("epoch 3 loss: 0.5\n"));
    both.run.onStderr(bar);
    t.deepEqual(both.run.finish(ENDED_WELL), { kind: "returned", result: 0.5 });
    t.deepEqual(
      both.heard.filter((one) => one.startsWith("report")),
      ["report 0.5 3"],
    );
    t.is(notesOf(both).length, number === 1 ? 1 : 0, "stderr is told to be left out");
  }
});
