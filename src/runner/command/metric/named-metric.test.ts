import test from "ava";
import { heard } from "../testing/heard.ts";
import { metricReader } from "./command-metric.ts";

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
  "rows of a name and its value between bars": [
    "ep_rew_mean",
    [0.5, 0.25, 0.125]
      .map(
        (at) =>
          `---\n| rollout/ | |\n|    ep_len_mean   | 20   |\n|    ep_rew_mean   | ${at} |\n---`,
      )
      .join("\n"),
  ],
  "rows between lines that are drawn": [
    "val_loss",
    "┃ val_loss ┃ 0.5 ┃\n│ val_loss │ 0.25 │\n║ val_loss ║ 0.125 ║",
  ],
  "a table with bars": [
    "val_loss",
    "┏━━━┳━━━┓\n┃ epoch ┃ val_loss ┃\n│ 1 │ 0.5 │\n│ 2 │ 0.25 │\n│ 3 │ 0.125 │",
  ],
  "what changed": [
    "val_loss",
    "Epoch 1: val_loss improved from inf to 0.5000, saving model to m.keras\nEpoch 2: val_loss improved from 0.5 to 0.25\nEpoch 3: val_loss decreased (0.25 --> 0.125).  Saving",
  ],
  "a bar of epochs in per cent": [
    "loss",
    "Epoch: 10%|█ | loss=0.5\nEpoch: 50%|██ | loss=0.25\nEpoch: 100%|███| loss=0.125",
  ],
  "numbers that are written over others": [
    "loss",
    "epoch 1 loss=99\b\b0.5000\nepoch 2 loss=0.5000\b\b\b\b\b\b0.2500\nepoch 3\b3 loss=0.125",
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

test("of a list of objects in one line the last one that has the metric tells it, and its step", (t) => {
  const list =
    '[{"epoch": 1, "val_loss": 0.9}, {"epoch": 2, "val_loss": 0.4}, {"epoch": 3, "lr": 0.1}]';
  const { reports, result } = heard({ name: "val_loss" }, list);
  t.deepEqual([reports, result], [[[2, 0.4]], 0.4]);
  const broken = heard({ name: "val_loss" }, '[{"epoch": 1, "val_loss": 0.9}, {"epoch');
  t.is(broken.result, 0.9);
});

test("a number with a comma in it is told, and no half of it is taken", (t) => {
  const { read } = metricReader({ name: "Score" }).reading();
  for (const line of [
    "Score: 1,234.5",
    "Score=0,5",
    "Score: 0,512 Loss: 1",
    "Score: -1,000,000",
    "Score: 2.345,6",
    "Score=1.500,00 loss",
  ]) {
    const [first] = read(line, "stdout");
    t.regex(
      first.kind === "malformed" ? first.problem : "",
      /Score \S+ has a comma within a/,
      line,
    );
  }
  for (const line of [
    "Score: 0.25,3",
    "Score: 0.512,3",
    "Score: 1.512,0.3",
    "Score: 12, 3",
    "Score: 3,loss: 4",
    "Score: np.float64(2)",
  ]) {
    t.true(heard({ name: "Score" }, line).result !== undefined, line);
  }
  t.is(heard({ name: "Score" }, "epoch;Score\n1;0,5").result, undefined);
  t.is(heard({ name: "Score" }, "epoch;Score\n1;0.5").result, 0.5);
});

test("several metrics are the result once each was told, the last of each", (t) => {
  const metric = { name: ["loss", "acc"] };
  t.deepEqual(heard(metric, "loss=1\nloss=0.5\nacc: 0.9\nloss=0.25").result, [0.25, 0.9]);
  t.is(heard(metric, "loss=1").result, undefined);
});

test("the best, a target or the value before is not the metric, unless nothing else is", (t) => {
  for (const line of [
    "epoch 4 val_loss 0.5 best val_loss 0.1",
    "epoch 4 Best: val_loss=0.1, val_loss=0.5",
    "target val_loss=0.0 val_loss=0.5 (min val_loss 0.2)",
    "previous val_loss: 0.7, val_loss: 0.5",
  ]) {
    const { result, remarks } = heard({ name: "val_loss" }, line);
    t.is(result, 0.5, line);
    t.is(remarks.ambiguous, undefined, line);
  }
  const told = heard(
    { name: "loss" },
    "target loss=0.0\nloss=0.5\nloss=0.25\nloss=0.125\nBest: epoch 1, loss 0.1",
  );
  t.deepEqual(told.reports, THREE);
  t.is(told.result, 0.125);
  t.regex(
    told.remarks.overruled!,
    /read from lines without "Best", and not from lines with "Best".*: "Best: epoch 1, loss 0\.1"/,
  );
  const best = "best loss 0.5\nbest loss 0.25\nbest loss 0.125";
  t.deepEqual(heard({ name: "loss" }, best).reports, THREE);
  t.deepEqual(heard({ name: "best loss" }, `${best}\nloss 7`).reports, THREE);
  const two = heard({ name: ["loss", "acc"] }, "loss=1 acc=0.9\nbest loss=0.2\n2>acc=0.1");
  t.deepEqual(two.result, [1, 0.9]);
  t.regex(two.remarks.overruled ?? "", /^loss is read from .*not from lines with "best"/);
  const sure = heard({ name: ["loss", "acc"] }, "best loss=0.2 acc=0.9\nloss=1");
  t.deepEqual(sure.result, [1, 0.9]);
  t.truthy(sure.remarks.overruled);
});

test("of several metrics it is told how each is read, and which number of several was taken", (t) => {
  const { result, remarks } = heard({ name: ["loss", "acc"] }, "loss 0.9 -> 0.5, acc=1\nacc=0.75");
  t.deepEqual(result, [0.5, 0.75]);
  t.regex(remarks.found ?? "", /^loss, acc (is|are) read from /);
  t.regex(remarks.ambiguous ?? "", /tells loss as 0\.9 and/);
});

test("of several numbers in a line the last is taken, and that is told", (t) => {
  const lines = {
    "loss: 0.9 -> 0.0031": 0.0031,
    "loss=0.9\u21920.0031, saved": 0.0031,
    "train: loss 0.9 | val: loss 0.5": 0.5,
  };
  for (const [line, value] of Object.entries(lines)) {
    const { result, remarks } = heard({ name: "loss" }, line);
    t.is(result, value, line);
    t.regex(remarks.ambiguous!, /tells loss as 0\.9 and .*the last.*regex: 'loss\\W\+\(/, line);
  }
  t.is(heard({ name: "loss" }, "loss 0.5 (loss=0.50)").remarks.ambiguous, undefined);
});

test("a number with its power of ten is read", (t) => {
  for (const text of [
    "3.056 × 10⁻³",
    "3.056x10^-3",
    "3.056*10^-3",
    "3.056 · 10^{-3} s",
    "3.056E−3",
  ]) {
    t.is(heard({ name: "loss" }, `epoch 3, loss: ${text}, lr 1`).result, 0.003056, text);
  }
});

test("what stands for a number and can't be read is told, with the text", (t) => {
  const texts = ["1_000.5", "0x1F", "3/10", "3.06ms", "0.5 x 1024", "1\u202f234.5", "1.5 E-03"];
  for (const text of [...texts, "[0.5, 0.3]", "(0.5 0.3)", "tensor([0.5, 0.3])"]) {
    const { result, problems, remedy } = heard({ name: "loss" }, `epoch 3 loss: ${text}`);
    t.is(result, undefined, text);
    t.deepEqual(problems, [
      `loss ${text} is no number that can be read. Print it alone and in decimals, as 0.39 or 1e-3`,
    ]);
    t.is(
      remedy,
      `It printed loss as "${text}", which is no number that can be read: print loss=0.39 before the program ends.`,
    );
  }
  t.is(heard({ name: "loss" }, "loss: improved, best loss: 0.5").result, 0.5);
  t.deepEqual(heard({ name: "loss" }, "loss 3/10 best loss 0.5").problems.length, 1);
  t.deepEqual(heard({ name: "loss" }, "epoch;loss\n1;3.06ms").problems.length, 1);
  t.deepEqual(heard({ name: "loss" }, '{"loss": "3.06ms"}').problems.length, 1);
  const word = heard({ name: "loss" }, "loss: None");
  t.deepEqual(word.problems, []);
  t.regex(word.remedy, /^It printed loss as "None", which is no number/);
});

test("a program that speaks our lines is heard by them, too", (t) => {
  const output = '{"step": 1, "value": 0.5, "log": {"lr": 2}}\n{"value": 0.25}';
  t.is(heard({ name: "loss" }, output).result, 0.25);
});

test("a name that was printed in a form that is not read is told with its line", (t) => {
  const { remedy } = heard({ name: "loss" }, "the loss has come down to 0.5\ntrain_loss=3");
  t.is(
    remedy,
    'It printed loss in a form that is not read, "the loss has come down to 0.5": print loss=0.39 before the ' +
      "program ends.",
  );
  t.is(heard({ name: "loss" }, "Epoch 3: loss did not improve from 0.5").result, undefined);
});

test("what was printed instead stands in the error", (t) => {
  const { remedy } = heard({ name: "val_loss" }, "train_loss=1 valid_loss=2");
  t.is(
    remedy,
    'It printed no "val_loss": print val_loss=0.39 before the program ends. It printed ' +
      'train_loss, valid_loss. Did you mean "valid_loss"?',
  );
});

test("of several metrics the error names those that were not printed", (t) => {
  const { remedy } = heard({ name: ["loss", "error"] }, "loss=0.5");
  t.is(remedy, 'It printed no "error": print error=0.39 before the program ends.');
});

test("later lines that tell the metric in a form that is not read are told with the pattern for them", (t) => {
  const later: Readonly<Record<string, number>> = {
    "epoch 3: accuracy on the test set: 91.24%": 91.24,
    "epoch 3: Accuracy: 91.24%": 91.24,
    "Accuracy of the network on the 10000 test images: 91 %": 91,
    "the model's Accuracy (test) is 91, 0.5 s": 91,
  };
  for (const [line, value] of Object.entries(later)) {
    const { result, remarks } = heard(
      { name: "accuracy" },
      `accuracy (top 5): 1\naccuracy: 10.0\n${line.replaceAll("9", "8")}\n${line}`,
    );
    t.is(result, 10);
    t.regex(
      remarks.unread!,
      /^accuracy is read from "accuracy: 10\.0", and a later line .* not read: "/,
      line,
    );
    const pattern = /metric: \{ regex: '(.*)' \}/.exec(remarks.unread!)![1];
    const groups = new RegExp(pattern).exec(line)?.groups;
    t.is(parseFloat(groups!.value), value, pattern);
    t.is(groups!.step === "3", line.startsWith("epoch"));
  }
});

test("what is said of the metric between its lines, or of saving it, is not told as unread", (t) => {
  for (const output of [
    "Accuracy of 3 runs\naccuracy=0.5",
    "accuracy=0.5\nAccuracy of batch 3 is fine\naccuracy=0.6",
    "accuracy=0.5\nEpoch 3: accuracy did not improve from 0.5",
    "accuracy=0.5\nSaved the model of the best Accuracy to /tmp/3.pt",
    "accuracy=0.5\nval_accuracy, 3\naccuracy was good",
  ]) {
    t.is(heard({ name: "accuracy" }, output).remarks.unread, undefined, output);
  }
});

test("a metric that was told once, and before the steps of a training, is told", (t) => {
  const epochs = "epoch 1 acc 0.3\nepoch 2 acc 0.7";
  const { result, remarks } = heard({ name: "accuracy" }, `accuracy: 10.0\n${epochs}`);
  t.is(result, 10);
  t.regex(
    remarks.unread!,
    /^accuracy is told once, by "accuracy: 10\.0", and "epoch 2 acc 0\.7" comes after it\. If it .*by another name/,
  );
  for (const output of [
    `${epochs}\naccuracy: 10.0`,
    `accuracy: 10.0\n${epochs}\naccuracy: 11`,
    "accuracy = 10.0\nepoch = 2\nstep = 400",
    `epoch 0 accuracy: 10.0\n${epochs}`,
  ]) {
    t.is(heard({ name: "accuracy" }, output).remarks.unread, undefined, output);
  }
});
