import test from "ava";
import { heard } from "../testing/heard.ts";

const EPOCHS = "epoch 1: val_loss=1\nepoch 2: val_loss=0.5\nepoch 3: val_loss=0.25";
const OF_EPOCHS = [
  [1, 1],
  [2, 0.5],
  [3, 0.25],
] as const;

/** Lines of a summary, none of which is the last epoch's value. */
const SUMMARIES = [
  "Current best trial: 3 with val_loss=0.1 and parameters={'lr': 0.1}",
  "[I 2026-01-01] Best is trial 3 with val_loss: 0.1.",
  "best val_loss: 0.1 at epoch 3",
  "Best epoch: 3 val_loss: 0.1",
  "INFO:root:Best: epoch 3, val_loss 0.1",
  "2026-01-01 12:00:01 | INFO     | __main__:main:99 - Best: epoch 3, val_loss 0.1",
  "2026-01-01 12:00:00,123 - train - INFO - The best: epoch 3, val_loss 0.1",
  "[01/01 12:00] The best: epoch 3, val_loss 0.1",
  "Training done. The best model had val_loss: 0.1",
  "Loaded best model (epoch 1, val_loss 0.1)",
  "Restoring model from epoch 2 with val_loss: 0.1",
  "INFO: reloaded weights of epoch 2, val_loss=0.1",
  "Loading checkpoint best.pt: val_loss 0.1",
  "val_loss (best): 0.1",
  "val_loss best: 0.1",
  "Best val_loss So Far: 0.1",
  "Best val_loss so far 0.1",
  "best_val_loss=0.1",
  'Best: {"val_loss": 0.1, "epoch": 2}',
  '{"best": {"val_loss": 0.1}}',
  "Early stopping, best iteration is:\n[20]\tval_loss: 0.1",
  "Best trial:\n  val_loss: 0.1\n  epoch: 2",
  "Best trial:\n  params: 7\n  val_loss: 0.1",
  "avg val_loss: 0.1",
  "Mean val_loss = 0.1",
  "val_loss (ema): 0.1",
  "epoch 3 smoothed val_loss 0.1",
  "avg_val_loss=0.1",
];

test("a summary of the best, or a mean, is neither the result nor a report beside the metric itself", (t) => {
  for (const line of SUMMARIES) {
    const { reports, result } = heard({ name: "val_loss" }, `${EPOCHS}\n${line}`);
    t.deepEqual(reports, OF_EPOCHS, line);
    t.is(result, 0.25, line);
  }
});

test("a best value or a mean counts where nothing else tells the metric, and that is said", (t) => {
  for (const line of SUMMARIES.filter((one) => !one.includes("_val_loss"))) {
    const { result, how } = heard({ name: "val_loss" }, line);
    t.is(result, 0.1, line);
    t.regex(
      how!,
      /^val_loss is read from (text|JSON) that calls it "(best|avg|mean|ema|smoothed|loaded|loading|restoring|reloaded)"/i,
    );
  }
  const lines = [0.5, 0.25].map((value, at) => `epoch ${at + 1} Best loss so far ${value}`);
  t.deepEqual(heard({ name: "loss" }, lines.join("\n")).reports, [
    [1, 0.5],
    [2, 0.25],
  ]);
});

test("what is said of a value that is new, or of something else, leaves it the metric's own", (t) => {
  for (const line of [
    "epoch 3 New best! val_loss=0.7",
    "epoch 3 val_loss=0.7 (best)",
    "epoch 3 val_loss=0.7 best=0.5",
    "epoch 3 best=93 val_loss=0.7",
    "epoch 3 | best epoch 2 | val_loss 0.7",
    "epoch 3 best_epoch=2, val_loss=0.7",
    "epoch 3 Saved the best checkpoint, test val_loss=0.7",
  ]) {
    const { result, remarks } = heard({ name: "val_loss" }, `${EPOCHS}\n${line}`);
    t.is(result, 0.7, line);
    t.is(remarks.overruled, undefined, line);
  }
});

test("a target, or the value before the training, is never the result", (t) => {
  for (const line of [
    "target loss=0.1",
    "baseline loss: 0.1",
    "loss (initial): 0.1",
    "previous loss 0.1",
  ]) {
    const { reports, result, remedy } = heard({ name: "loss" }, line);
    t.deepEqual([reports, result], [[], undefined], line);
    t.true(remedy.startsWith(`It printed loss only as "${line}"`), remedy);
    t.is(heard({ name: "loss" }, `loss=0.5\n${line}`).remarks.unread, undefined);
  }
  t.is(heard({ name: "target loss" }, "target loss=0.1").result, 0.1);
});

test("what does not count is told with the way to count it", (t) => {
  const remedies: Readonly<Record<string, RegExp>> = {
    "Best val_loss: 0.1": /not from lines with "Best".*name the metric "Best val_loss"$/,
    "Current best trial: 3 with val_loss=0.1": /metric: \{ regex: '(best.*)' \}$/,
    "val_loss (ema): 0.1": /metric: \{ regex: '(val_loss.*)' \}$/,
  };
  for (const [line, remedy] of Object.entries(remedies)) {
    const { overruled } = heard({ name: "val_loss" }, `${EPOCHS}\n${line}`).remarks;
    t.regex(overruled!, remedy);
    const pattern = remedy.exec(overruled!)![1];
    if (pattern) t.is(new RegExp(pattern).exec(line)?.groups?.value, "0.1", pattern);
  }
  const { remedy } = heard({ name: "val_loss" }, "avg_val_loss=0.1, lr=3");
  t.regex(remedy, /It printed avg_val_loss, lr\. Did you mean "avg_val_loss"\?$/);
});

test("percent signs change no number, and one beside none is told", (t) => {
  const mixed = heard({ name: "acc" }, "epoch 1 acc=0.93\nepoch 2 acc: 94.1%\nepoch 3 acc: 95 %");
  t.is(mixed.result, 95);
  t.regex(
    mixed.remarks.unit!,
    /acc is told in per cent, "epoch 2 acc: 94\.1%", and without, "epoch 1 acc=0\.93"/,
  );
  for (const lines of [
    "acc: 94%\nacc (%): 95",
    "acc [%] = 94\nacc(%)=95",
    '{"acc": "94%"}\n{"acc": "95 %"}',
    "n  acc\n1  94%\n2  95%",
  ]) {
    const { reports, remarks } = heard({ name: "acc" }, lines);
    t.deepEqual(
      reports,
      [
        [1, 94],
        [2, 95],
      ],
      lines,
    );
    t.is(remarks.unit, undefined);
  }
});

const YOLO_HEAD =
  "  Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|█| 2/2";
const row = (name: string, value: number) =>
  `                ${name}        128        929      0.64        0.5        0.6       ${value}`;

test("of a table with a row for each class the row of all counts, whatever its place", (t) => {
  for (const rows of [
    [row("all", 0.25), row("person", 0.5), row("traffic light", 0.05)],
    [row("person", 0.5), row("traffic light", 0.05), row("Overall", 0.25)],
  ]) {
    const epoch = (value: number): string => `${YOLO_HEAD}\n${row("all", value)}`;
    const output = [epoch(0.1), epoch(0.2), YOLO_HEAD, ...rows].join("\n");
    const { reports, result, remarks } = heard({ name: "mAP50-95" }, output);
    t.deepEqual(reports, [
      [1, 0.1],
      [2, 0.2],
      [3, 0.25],
    ]);
    t.is(result, 0.25);
    t.regex(
      remarks.overruled!,
      /from a row or line of all, and not from the row "person" of a table/,
    );
  }
});

test("scikit-learn's report of classes tells its macro average, detectron's categories nothing", (t) => {
  const report =
    "              precision    recall  f1-score   support\n\n     class a       0.50      1.00      0.67         1\n" +
    "     class b       0.00      0.00      0.00         1\n\n    accuracy                           0.60         5\n" +
    "   macro avg       0.50      0.56      0.49         5\nweighted avg       0.70      0.60      0.61         5";
  t.is(heard({ name: "f1-score" }, report).result, 0.49);
  t.deepEqual(heard({ name: "f1-score" }, `${report}\n${report.replace("0.49", "0.7")}`).reports, [
    [1, 0.49],
    [2, 0.7],
  ]);
  const detectron =
    "|   AP   |  AP50  |\n|:------:|:------:|\n| 40.212 | 61.015 |\n" +
    "| category | AP     | category | AP   |\n|:---|:---|:---|:---|\n| person   | 55.123 | bus  | 31.2 |";
  const { reports, result } = heard({ name: "AP" }, detectron);
  t.deepEqual([reports, result], [[[1, 40.212]], 40.212]);
});

test("rows that have names alone count, and so do those with a step", (t) => {
  t.is(heard({ name: "iou" }, "class,iou\nroad,0.9\ncar,0.5").result, 0.5);
  const curve = "phase,epoch,loss\nval,1,0.5\nval,2,0.25";
  t.deepEqual(heard({ name: "loss" }, `${curve}\nTest: loss=0.2`).reports, [
    [1, 0.5],
    [2, 0.25],
  ]);
});

test("of a mean and extremes the mean is the metric, in one line or in several", (t) => {
  const lines = [
    "mean reward: 0.25, max reward: 9, min reward: 0.1",
    "min reward 0.1 | max reward 9 | avg reward 0.25",
    "mean reward: 0.25\nbest reward: 9",
    "max reward: 9\naverage reward: 0.25\nlowest reward: 0.1",
  ];
  for (const line of lines) {
    const { result, remarks } = heard({ name: "reward" }, line);
    t.is(result, 0.25, line);
    t.is(remarks.ambiguous, undefined);
  }
  const two = heard({ name: "reward" }, "max reward 9, min reward 1");
  t.is(two.result, 1);
  t.regex(two.remarks.ambiguous!, /as 9 and 1, of which the last is taken/);
  t.is(heard({ name: "loss" }, "epoch 1 loss=-0 (loss=0)").remarks.ambiguous, undefined);
});

test("a mean told behind numbers without steps, as those of folds, is the result", (t) => {
  for (const [folds, mean] of [
    ["fold 1 rmse: 0.5\nfold 2 rmse: 0.7\nfold 3 rmse: 0.6", "mean rmse: 0.61 (std 0.1)"],
    ["rmse=0.5\nrmse=0.7\nrmse=0.6", "CV average rmse = 0.61"],
  ]) {
    const { reports, result, remarks } = heard({ name: "rmse" }, `${folds}\n${mean}`);
    t.deepEqual([reports.length, result], [3, 0.61]);
    t.regex(
      remarks.overruled!,
      /the result of rmse is its "(mean|average)", told last: .*by another name/,
    );
    const between = heard({ name: "rmse" }, `${mean}\n${folds}\n${mean}\nrmse: 0.9`);
    t.is(between.result, 0.9);
    t.regex(between.remarks.overruled!, /read from lines without "(mean|average)"/);
  }
  t.is(heard({ name: "val_loss" }, `${EPOCHS}\naverage val_loss: 0.7`).result, 0.25);
});

test("a line of brackets or of a logger's words is read at once", (t) => {
  for (const piece of ["[1]", "[ ", "INFO - ", "best ", "best trial 3 ", "━"]) {
    const { result } = heard({ name: "loss" }, `${piece.repeat(1500)}x loss=0.5`);
    t.is(result, 0.5, piece);
  }
});
