import test from "ava";
import { metricReader } from "./command-metric.ts";
import type { LineMeaning, OutputStream } from "./line-meaning.ts";
import type { NamedMetric } from "../command-schema.ts";

interface Heard {
  readonly reports: readonly (readonly [step: number, value: number])[];
  readonly result: unknown;
  readonly how: string | undefined;
  readonly remedy: string;
}

function heard(metric: NamedMetric, output: string, stream?: OutputStream): Heard {
  const { read, remedy } = metricReader(metric).reading();
  const all = output.split("\n").flatMap((line): readonly LineMeaning[] => read(line, stream));
  const reports = all.flatMap((one) =>
    one.kind === "report" ? [[one.step, one.value] as const] : [],
  );
  const results = all.flatMap((one) =>
    one.kind === "result" ? [one.result] : one.kind === "report" ? [one.value] : [],
  );
  const how = all.find((one) => one.kind === "found")?.how;
  return { reports, result: results.at(-1), how, remedy: remedy() };
}

const THREE = [
  [1, 0.5],
  [2, 0.25],
  [3, 0.125],
] as const;

const PRINTED: Readonly<Record<string, readonly [name: string, output: string]>> = {
  "JSON lines": [
    "val_loss",
    '{"epoch": 1, "val_loss": 0.5, "loss": 9}\nINFO {"epoch": 2, "val_loss": 0.25}\n{"val_loss": 0.125, "epoch": 3}',
  ],
  "JSON within JSON": [
    "eval.loss",
    '{"step": 1, "eval": {"loss": 0.5}}\n{"step": 2, "eval": {"loss": "0.25"}}\n{"step": 3, "eval": {"loss": 0.125}}',
  ],
  "dicts as Python prints them": [
    "eval_loss",
    "{'loss': 3.0, 'epoch': 0.5}\n{'eval_loss': 0.5, 'epoch': 1.0}\n{'eval_loss': 0.25, 'epoch': 2.0}\n{'eval_loss': 0.125, 'epoch': 3.0}",
  ],
  "name=value": [
    "val_loss",
    "epoch=1 train_loss=3 val_loss=0.5\nepoch=2 val_loss=0.25, lr=1e-3\nepoch=3 val_loss=0.125",
  ],
  "name: value, its epoch a line before": [
    "val_loss",
    "Epoch 1/3\n 9/9 ━━ 1s 3ms/step - loss: 2.0 - val_loss: 0.5000\nEpoch 2/3\n9/9 - loss: 1.0 - val_loss: 0.25\nEpoch 3/3\n- val_loss: 0.125",
  ],
  "a name of two words, and a space before the number": [
    "val loss",
    "step 1: train loss 4.3, val loss 0.5\nstep 2: train loss 4.2, val loss 0.25\nstep 3: train loss 4.1, val loss 0.125",
  ],
  "a tensor": [
    "val_loss",
    "Epoch [1/3] val_loss: tensor(0.5000, device='cuda:0')\nEpoch [2/3] val_loss=tensor(0.25)\nEpoch [3/3] val_loss=(0.125)",
  ],
  "names with a slash, in colour": [
    "val/loss",
    "\u001b[32mval/loss: 0.5\u001b[0m\nval/loss: 0.25\ntrain/val/loss: 7\nval/loss: 0.125",
  ],
  "per cent": ["acc", "acc: 0.5%\nacc: 0.25%\nacc: 0.125%"],
  CSV: ["val_loss", "epoch,loss,val_loss\n1,3,0.5\n2,2,0.25\nsaved, today\n3,1,0.125"],
  "columns of text": [
    "valid_loss",
    "epoch     train_loss  valid_loss  accuracy\n1         9.1         0.5         0.1\n2         8.1         0.25        0.2\n3         7.1         0.125       0.3",
  ],
  "without a step": ["rmse", "fold a: rmse = 0.5\nrmse = 0.25\nrmse: n/a\nfinal rmse = 0.125"],
};

for (const [form, [name, output]] of Object.entries(PRINTED)) {
  test(`a metric's name finds it in ${form}`, (t) => {
    const { reports, result, how } = heard({ name }, output);
    t.deepEqual(reports, THREE);
    t.is(result, 0.125);
    t.true(how?.startsWith(`${name} is read from `), how);
  });
}

test("another name that holds it, a word or a sum is not the metric", (t) => {
  const lines =
    "val_loss=1\ntrain-loss: 2\nloss: improved\nlosses: 3\nloss.mean=4\n--loss mse\nloss is 5";
  t.is(heard({ name: "loss" }, lines).result, undefined);
});

test("a number with a comma in it is told, and no half of it is taken", (t) => {
  const { read } = metricReader({ name: "Score" }).reading();
  for (const line of ["Score: 1,234.5", "Score=0,5", "Score: 0,512 Loss: 1", "Score: -1,000,000"]) {
    const [first] = read(line, "stdout");
    t.regex(
      first.kind === "malformed" ? first.problem : "",
      /Score \S+ has a comma within a/,
      line,
    );
  }
  for (const line of [
    "Score: 0.25,3",
    "Score: 12, 3",
    "Score: 3,loss: 4",
    "Score: np.float64(2)",
  ]) {
    t.true(heard({ name: "Score" }, line).result !== undefined, line);
  }
  t.is(heard({ name: "Score" }, "epoch;Score\n1;0,5").result, undefined);
  t.is(heard({ name: "Score" }, "epoch;Score\n1;0.5").result, 0.5);
});

test("a step that comes again, or an older one, changes the result and is no report", (t) => {
  const { reports, result } = heard(
    { name: "loss" },
    "step 2 loss=3\nstep 2 loss=2\nstep 1 loss=1",
  );
  t.deepEqual(reports, [[2, 3]]);
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

test("several metrics are the result once each was told, the last of each", (t) => {
  const metric = { name: ["loss", "acc"] };
  t.deepEqual(heard(metric, "loss=1\nloss=0.5\nacc: 0.9\nloss=0.25").result, [0.25, 0.9]);
  t.is(heard(metric, "loss=1").result, undefined);
});

test("the first stream that tells the metric is the one that is read", (t) => {
  const { read } = metricReader({ name: "loss" }).reading();
  t.like(read("loss=3", "stderr")[1], { kind: "report", step: 1, value: 3 });
  t.deepEqual(read("loss=3", "stdout"), [{ kind: "output" }]);
  t.like(read("loss=2", "stderr")[0], { kind: "report", step: 2, value: 2 });
});

test("a program that speaks our lines is heard by them, too", (t) => {
  const output = '{"step": 1, "value": 0.5, "log": {"lr": 2}}\n{"value": 0.25}';
  t.is(heard({ name: "loss" }, output).result, 0.25);
});

test("what was printed instead stands in the error", (t) => {
  const { remedy } = heard({ name: "val_loss" }, "train_loss=1 valid_loss=2");
  t.is(
    remedy,
    'It printed no "val_loss": print val_loss=0.39 before the program ends. It printed ' +
      'train_loss, valid_loss. Did you mean "valid_loss"?',
  );
});
