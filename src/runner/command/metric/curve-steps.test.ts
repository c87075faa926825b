import test from "ava";
import { heard } from "../testing/heard.ts";
import { metricReader } from "./command-metric.ts";

test("a step that comes again is reported by its last value, and an older one is no report", (t) => {
  const { reports, result } = heard(
    { name: "loss" },
    "step 2 loss=3\nstep 2 loss=2\nstep 1 loss=1",
  );
  t.deepEqual(reports, [[2, 2]]);
  t.is(result, 1);
});

test("steps that count from 0 are reports from the first on", (t) => {
  const lines = ["epoch=0 loss=nan\nepoch=1 loss=2", "Epoch 0/2\nloss=1\nEpoch 1/2\nloss=2"];
  for (const [at, first] of [NaN, 1].entries()) {
    t.deepEqual(heard({ name: "loss" }, lines[at]).reports, [
      [0, first],
      [1, 2],
    ]);
  }
  t.deepEqual(heard({ name: "loss" }, "loss=1\nloss=2").reports, [
    [1, 1],
    [2, 2],
  ]);
});

test("the step has the name that it is given", (t) => {
  const lines = "epoch 1 tick 10 loss=3\nepoch 1 tick 20 loss=2";
  t.deepEqual(heard({ name: "loss", step: "tick" }, lines).reports, [
    [10, 3],
    [20, 2],
  ]);
});

test("a step with its digits grouped is read whole, and a time is none", (t) => {
  t.deepEqual(heard({ name: "loss" }, "step 1,000: loss=3\nstep 2,000: loss=2").reports, [
    [1000, 3],
    [2000, 2],
  ]);
  const lines =
    "epoch 1,loss=3,step: 12ms\nepoch 2,loss=2,step: 11ms\nepoch 3,loss=1,step: 11ms\nstep 9ms, loss=0";
  t.deepEqual(heard({ name: "loss" }, lines).reports, [
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
});

const EPOCHS = "epoch 1: val_loss=1\nepoch 2: val_loss=0.5\nepoch 3: val_loss=0.25";
const OF_EPOCHS = [
  [1, 1],
  [2, 0.5],
  [3, 0.25],
] as const;

test("a line without a step before those that have one is no report, and that is told", (t) => {
  for (const line of [
    "before training: val_loss=9",
    "Sanity check: val_loss=9",
    "Evaluating... val_loss: 9",
    "Namespace(val_loss=9, lr=0.1)\nSanity check: val_loss=8",
  ]) {
    const { reports, result, remarks } = heard({ name: "val_loss" }, `${line}\n${EPOCHS}`);
    t.deepEqual(reports, OF_EPOCHS, line);
    t.is(result, 0.25);
    t.regex(remarks.leftOut!, /tells val_loss without a step, before .*"epoch".*no report/, line);
  }
  const { reports, result, remarks } = heard({ name: "val_loss" }, `${EPOCHS}\nTest: val_loss=7`);
  t.deepEqual([reports, result, remarks.leftOut], [OF_EPOCHS, 7, undefined]);
});

test("a run that showed that steps have names counts no lines later, however many come before", (t) => {
  const before = "val_loss=9\nval_loss=8\nval_loss=7\n";
  const reader = metricReader({ name: "val_loss" });
  heard({ name: "val_loss" }, before + EPOCHS, reader);
  t.deepEqual(heard({ name: "val_loss" }, before + EPOCHS, reader).reports, OF_EPOCHS);
  t.is(heard({ name: "val_loss" }, "val_loss=9", reader).result, 9);
});

test("lines that are counted are reports as they come once three did, in later trials at once", (t) => {
  const reader = metricReader({ name: "loss" });
  const first = reader.reading();
  const reportsOf = (line: string, reading = first): readonly (readonly [number, number])[] =>
    reading
      .read(line, "stdout")
      .flatMap((one) => (one.kind === "report" ? [[one.step, one.value] as const] : []));
  t.deepEqual(
    ["loss=4", "loss=3", "loss=2", "loss=1"].map((line) => reportsOf(line)),
    [
      [],
      [],
      [
        [1, 4],
        [2, 3],
        [3, 2],
      ],
      [[4, 1]],
    ],
  );
  t.deepEqual(reportsOf("loss=4", reader.reading()), [[1, 4]]);
});

test("a step that is told often, as by a bar, is reported by its last value, when the next begins", (t) => {
  const bar = [0, 1, 2]
    .map((epoch) => `Epoch ${epoch}: 0% loss=${9 - epoch}\nEpoch ${epoch}: 100% loss=${epoch}`)
    .join("\n");
  const often = [
    [0, 0],
    [1, 1],
    [2, 2],
  ] as const;
  const reader = metricReader({ name: "loss" });
  for (let trial = 0; trial < 2; trial++) {
    t.deepEqual(heard({ name: "loss" }, bar, reader).reports, often);
  }
  const { read } = metricReader({ name: "loss" }).reading();
  const kinds = ["Epoch 1/3", "loss: 9", "loss: 2", "Epoch 2/3"].map((line) =>
    read(line, "stdout").flatMap((one) => (one.kind === "report" ? [one.step, one.value] : [])),
  );
  t.deepEqual(kinds, [[], [], [], [1, 2]]);
});

test("a step that is told once is reported when it comes, once that is known", (t) => {
  const { read } = metricReader({ name: "val_loss" }).reading();
  const counts = EPOCHS.split("\n").map(
    (line) => read(line, "stdout").filter(({ kind }) => kind === "report").length,
  );
  t.deepEqual(counts, [0, 1, 2]);
});

test("the steps within an epoch that was announced with their number are no reports of their own", (t) => {
  const epoch = (at: number): string =>
    [0, 1, 2].map((step) => `step ${step} loss=9 val_loss=${9 - step}`).join("\n") +
    `\nval_loss=${1 / at}`;
  const output = [1, 2, 4].map((at) => `Epoch ${at}/4\n${epoch(at)}`).join("\n");
  t.deepEqual(heard({ name: "val_loss" }, output).reports, [
    [1, 1],
    [2, 0.5],
    [4, 0.25],
  ]);
  const single = "Epoch 1/1\nstep 100: loss=3\nstep 200: loss=2\nstep 300: loss=1";
  t.deepEqual(heard({ name: "loss" }, single).reports, [
    [100, 3],
    [200, 2],
    [300, 1],
  ]);
});

test("steps of one kind are reports, and that others are not is told", (t) => {
  const output = [1, 2]
    .map((epoch) => `Epoch ${epoch}\nstep 0 loss=9\nstep 1 loss=8\nloss=${epoch}`)
    .join("\n");
  const { reports, result, remarks } = heard({ name: "loss" }, output);
  t.deepEqual(reports, [
    [0, 9],
    [1, 8],
  ]);
  t.is(result, 2);
  t.regex(remarks.leftOut!, /by "step" and by "epoch".*metric: \{ name: loss, step: epoch \}/);
  t.deepEqual(heard({ name: "loss", step: "epoch" }, output).reports, [
    [1, 1],
    [2, 2],
  ]);
  const { remarks: back } = heard(
    { name: "loss" },
    [1, 2, 3, 1, 2, 3].map((step) => `step ${step} loss=${step}`).join("\n"),
  );
  t.regex(back.leftOut!, /the steps of loss went back, to 2: "step 2 loss=2".*stands/);
});

test("an evaluation within an epoch is counted, and so are those at its end", (t) => {
  for (const quote of ["", "'"]) {
    const line = (at: number): string => `{'loss': ${at}, 'epoch': ${quote}${at / 2}${quote}}`;
    const output = [1, 2, 3, 4].map(line).join("\n").replaceAll(": 1}", ": 1.0}");
    t.deepEqual(heard({ name: "loss" }, output).reports, [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
  }
});

test("the steps of an epoch, or how many there are, are no step", (t) => {
  for (const line of [
    "Training for epochs: 10, steps per epoch: 500, batch 32",
    "Steps per epoch: 500",
    "max epoch: 500",
    "number of epoch: 500",
  ]) {
    const output = `${line}\nval_loss=1\nval_loss=0.5\nval_loss=0.25`;
    t.deepEqual(heard({ name: "val_loss" }, output).reports, OF_EPOCHS, line);
  }
});

test("a step that is announced once, and before several values, is none", (t) => {
  const output = "warm up until step: 500\nloss=1\nloss=0.5\nloss=0.25";
  const reader = metricReader({ name: "loss" });
  t.deepEqual(heard({ name: "loss" }, output, reader).reports, OF_EPOCHS);
  const { read } = reader.reading();
  const counts = output
    .split("\n")
    .map((line) => read(line, "stdout").filter(({ kind }) => kind === "report").length);
  t.deepEqual(counts, [0, 1, 1, 1]);
  for (const line of ["Epoch 1", "Epoch 5/5"]) {
    const { reports } = heard({ name: "loss" }, `${line}\nloss=1\nloss=0.5`);
    t.deepEqual(reports, [[line === "Epoch 1" ? 1 : 5, 0.5]], line);
  }
  const steps = "resume at Epoch 5\nloss=1\nloss=0.5\nEpoch 6\nloss=2\nloss=0.25";
  t.deepEqual(heard({ name: "loss" }, steps).reports, [
    [5, 0.5],
    [6, 0.25],
  ]);
});

test("a number in brackets before a line is its step where nothing else is", (t) => {
  const heads = (...all: readonly string[]): readonly string[] =>
    all.map((head, index) => `${head} loss=${1 / 2 ** index}`);
  const read = (lines: readonly string[], step?: string) =>
    heard({ name: "loss", ...(step !== undefined && { step }) }, lines.join("\n"));
  const { reports, how } = read(heads("[5]", "[10]", "[15/20]"));
  t.deepEqual(
    reports.map(([step]) => step),
    [5, 10, 15],
  );
  t.regex(how!, /, its step from "\[…\]": /);
  t.deepEqual(read(heads("[7] epoch 1", "[8] epoch 2", "[9] epoch 3")).reports, OF_EPOCHS);
  // The number of a process, and a time.
  t.deepEqual(read(heads("[4711]", "[4711]", "[4711]")).reports, OF_EPOCHS);
  t.deepEqual(read(heads("[1700000001]", "[1700000003]", "[1700000009]")).reports, OF_EPOCHS);
  t.deepEqual(read(heads("[5]", "[10]", "[15]"), "tick").reports, OF_EPOCHS);
  const [a, b, c] = heads("[100/100]", "[100/100]", "[100/100]");
  t.deepEqual(read(["Epoch 1", a, "Epoch 2", b, "Epoch 3", c]).reports, OF_EPOCHS);
  const between = read(["epoch 1 loss=1", "[9] loss=1", "epoch 2 loss=0.5", "epoch 3 loss=0.25"]);
  t.deepEqual(between.reports, OF_EPOCHS);
});

test("a process's number in brackets that proves to be no step is none in later trials", (t) => {
  const reader = metricReader({ name: "loss" });
  const lines = [1, 0.5, 0.25].map((loss) => `[4711] loss=${loss}`);
  heard({ name: "loss" }, lines.join("\n"), reader);
  const { read } = reader.reading();
  const counts = lines.map((line) => read(line).filter(({ kind }) => kind === "report").length);
  t.deepEqual(counts, [1, 1, 1]);
});

test("another line after the last step is the result, and no part of that step's report", (t) => {
  const forms: readonly ((at: number) => string)[] = [
    (at) => `Epoch ${at}/3 train: loss 9\nEpoch ${at}/3 valid: loss ${1 / at}`,
    (at) => `Epoch ${at}/3\n1/2 - loss: 9.5\n2/2 - loss: ${1 / at}`,
    (at) => `Epoch ${at} [1/2] loss: 9\nEpoch ${at} [2/2] loss: 8\n* loss: ${1 / at}`,
  ];
  for (const epoch of forms) {
    const output = `${[1, 2, 4].map(epoch).join("\n")}\nTest: loss 0.8`;
    const { reports, result } = heard({ name: "loss" }, output);
    t.deepEqual(
      reports,
      [
        [1, 1],
        [2, 0.5],
        [4, 0.25],
      ],
      output,
    );
    t.is(result, 0.8);
  }
});

test("a line that says that a step is over tells the step of the metric before it", (t) => {
  const over = [
    "epoch %s done",
    "Epoch %s/3 finished in 3.1s",
    "Epoch %s took 4 s",
    "Completed epoch %s",
  ];
  for (const line of over) {
    const epoch = (at: number): string =>
      `train_loss 3\nval_loss ${1 / at}\n${line.replace("%s", `${at}`)}`;
    const output = [1, 2, 4].map(epoch).join("\n");
    const reader = metricReader({ name: "val_loss" });
    for (const more of ["", "\nTest: val_loss 0.7"]) {
      const { reports, result, how, remarks } = heard({ name: "val_loss" }, output + more, reader);
      t.deepEqual(
        reports,
        [
          [1, 1],
          [2, 0.5],
          [4, 0.25],
        ],
        line,
      );
      t.is(result, more === "" ? 0.25 : 0.7);
      t.regex(how!, /its step from the line behind it/);
      t.is(remarks.leftOut, undefined);
    }
  }
  const batches = [1, 2, 4].map((at) => `loss 9\nloss ${1 / at}\nepoch ${at} done`).join("\n");
  t.deepEqual(heard({ name: "loss" }, batches).reports, [
    [1, 1],
    [2, 0.5],
    [4, 0.25],
  ]);
});

test("a step that is over is nothing new where it began before, and a line behind it is its own", (t) => {
  for (const epoch of [
    (at: number) => `Epoch ${at}/3\nval_loss ${1 / at}\nepoch ${at} done`,
    (at: number) => `Epoch ${at - 1}\nval_loss ${1 / at}\nepoch ${at} of 3 took 3 s`,
    (at: number) => `epoch ${at} done\nval_loss ${1 / at}`,
    (at: number) => `epoch ${at} val_loss ${1 / at}\nepoch ${at} done`,
  ]) {
    const { reports } = heard({ name: "val_loss" }, [1, 2, 3].map(epoch).join("\n"));
    const [first] = reports[0];
    t.deepEqual(
      reports,
      [1, 2, 3].map((at) => [at - 1 + first, 1 / at] as const),
      epoch(1),
    );
  }
});

test("where the steps of folds begin again, that is told with what helps", (t) => {
  const folds = [1, 2, 3, 1, 2, 3].map((epoch) => `epoch ${epoch} loss=${epoch}`).join("\n");
  for (const metric of [{ name: "loss" }, { name: "loss", step: "epoch" }]) {
    const { leftOut } = heard(metric, folds).remarks;
    t.regex(leftOut!, /went back, to 2: .*folds, print their mean last, as loss=0\.39$/);
  }
});
