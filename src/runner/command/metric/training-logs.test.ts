import test from "ava";
import { heard } from "../testing/heard.ts";

type Reports = readonly (readonly [step: number, value: number])[];

/** What training programs print, and the curve that a reader sees in it. */
const LOGS: Readonly<Record<string, readonly [name: string, output: string, reports: Reports]>> = {
  "Keras, a bar in each epoch": [
    "loss",
    [1, 2]
      .map(
        (epoch) =>
          `Epoch ${epoch}/2\n\u001b[1m 1/10\u001b[0m \u001b[37m━━\u001b[0m 3ms/step - accuracy: 0.1 - loss: 2.3\n` +
          `10/10 ━━ 0s 3ms/step - accuracy: 0.1 - loss: ${1 / epoch} - val_accuracy: 0.4 - val_loss: 1.2`,
      )
      .join("\n"),
    [
      [1, 1],
      [2, 0.5],
    ],
  ],
  "Lightning, whose bar begins with the epoch before": [
    "val_loss",
    [
      "Epoch 0: 100%|█| 10/10 [00:01<00:00, v_num=0, val_loss=0.500]",
      "Epoch 1:   0%| | 0/10 [00:00<?, ?it/s, v_num=0, val_loss=0.500]",
      "Epoch 1: 100%|█| 10/10 [00:01<00:00, v_num=0, val_loss=0.250]",
      "Epoch 2:   0%| | 0/10 [00:00<?, ?it/s, v_num=0, val_loss=0.250]",
      "Epoch 2: 100%|█| 10/10 [00:01<00:00, v_num=0, val_loss=0.125]",
    ].join("\n"),
    [
      [0, 0.5],
      [1, 0.25],
      [2, 0.125],
    ],
  ],
  "torchvision and PyTorch's ImageNet example": [
    "Acc@1",
    [0, 1]
      .map(
        (epoch) =>
          `Epoch: [${epoch}][   1/100]\tTime  1.0 (1.0)\tAcc@1   2.00 (  2.00)\n` +
          `Test: [ 1/10]\tTime 0.5 (0.5)\tAcc@1  1.00 (  1.00)\n *   Acc@1 ${epoch + 10}.000 Acc@5 30.000`,
      )
      .join("\n"),
    [
      [0, 10],
      [1, 11],
    ],
  ],
  "scikit-learn's report, whose classes are numbers": [
    "f1-score",
    [1, 2]
      .map(
        (epoch) =>
          `epoch ${epoch}\n              precision    recall  f1-score   support\n\n` +
          "           0       1.00      1.00      1.00         2\n           1       0.67      1.00      0.80         2\n\n" +
          "    accuracy                           0.83         6\n" +
          `   macro avg       0.89      0.83      0.${epoch}2         6\nweighted avg       0.89      0.83      0.99         6`,
      )
      .join("\n"),
    [
      [1, 0.12],
      [2, 0.22],
    ],
  ],
  "YOLOv5, whose names stand before a bar": [
    "mAP50-95",
    [0, 1, 2]
      .map(
        (epoch) =>
          "      Epoch    GPU_mem   box_loss   obj_loss   cls_loss  Instances       Size\n" +
          `        ${epoch}/2      3.76G    0.04${epoch}74    0.06131    0.01612        215        640: 100%|##########| 8/8 [00:01<00:00,  4.04it/s]\n` +
          "                 Class     Images  Instances          P          R      mAP50   mAP50-95:   0%|          | 0/4 [00:00<?]\r" +
          "                 Class     Images  Instances          P          R      mAP50   mAP50-95: 100%|##########| 4/4 [00:00<00:00,  6.4it/s]\n" +
          `                   all        128        929      0.614      0.537      0.6${epoch}5      0.44${epoch}`,
      )
      .join("\n")
      .replaceAll("\r", "\n"),
    [
      [1, 0.44],
      [2, 0.441],
      [3, 0.442],
    ],
  ],
  "YOLO's training rows, drawn again by their bar": [
    "box_loss",
    [1, 2, 3]
      .map(
        (epoch) =>
          "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n" +
          [25, 50, 100]
            .map(
              (share) =>
                `        ${epoch}/3      2.57G      1.${epoch}${share}      3.4      1.1         12        640: ${share}%|##  | 2/8 [00:02<00:00]`,
            )
            .join("\n"),
      )
      .join("\n"),
    [
      [1, 1.11],
      [2, 1.21],
      [3, 1.31],
    ],
  ],
  YOLO: [
    "mAP50-95",
    [1, 2]
      .map(
        (epoch) =>
          "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n" +
          `        ${epoch}/2      2.1G      1.2      3.4      1.1         12        640: 100%|██| 8/8 [00:02<00:00]\n` +
          "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|█| 2/2\n" +
          `                   all        128        929      0.64        0.5        0.6       0.${epoch}`,
      )
      .join("\n"),
    [
      [1, 0.1],
      [2, 0.2],
    ],
  ],
  spaCy: [
    "SCORE",
    "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE \n---  ------  ------------  --------  ------  ------\n" +
      "  0       0          0.00     50.00    5.00    0.05\n  0     200         10.00     50.00   55.00    0.55",
    [
      [1, 0.05],
      [2, 0.55],
    ],
  ],
  "Stable-Baselines3": [
    "ep_rew_mean",
    [1, 2]
      .map(
        (at) =>
          `| rollout/           |          |\n|    ep_rew_mean     | ${at}1.5     |\n|    fps  | 900 |`,
      )
      .join("\n"),
    [
      [1, 11.5],
      [2, 21.5],
    ],
  ],
  "pandas, with its index": [
    "val_loss",
    "   epoch  train_loss  val_loss\n0      1         0.9      0.50\n1      2         0.8      0.25",
    [
      [1, 0.5],
      [2, 0.25],
    ],
  ],
  "timm's summary": [
    "eval_top1",
    "OrderedDict([('train_loss', 6.9), ('eval_top1', 0.5), ('eval_top5', 1)])",
    [[1, 0.5]],
  ],
  XGBoost: [
    "validation_0-rmse",
    "[0]\tvalidation_0-rmse:0.50000\tvalidation_1-rmse:0.6\n[1]\tvalidation_0-rmse:0.25000\tvalidation_1-rmse:0.6",
    [
      [0, 0.5],
      [1, 0.25],
    ],
  ],
  LightGBM: [
    "valid_0's l2",
    "[10]\tvalid_0's l2: 0.5\tvalid_0's auc: 0.7\n[20]\tvalid_0's l2: 0.25\tvalid_0's auc: 0.7",
    [
      [10, 0.5],
      [20, 0.25],
    ],
  ],
  CatBoost: [
    "test",
    "0:\tlearn: 0.69\ttest: 0.5\tbest: 0.5 (0)\ttotal: 52ms\n1:\tlearn: 0.67\ttest: 0.25\tbest: 0.25 (1)\n\nbestTest = 0.25",
    [
      [1, 0.5],
      [2, 0.25],
    ],
  ],
  fairseq: [
    "valid_loss",
    '2024 | INFO | valid | {"epoch": 1, "valid_loss": "5.0"}\n2024 | INFO | valid | {"epoch": 2, "valid_loss": "4.0"}',
    [
      [1, 5],
      [2, 4],
    ],
  ],
  Megatron: [
    "lm loss",
    " iteration       10/     100 | consumed samples:  640 | lm loss: 1.0E+01 | loss scale: 1.0 |\n" +
      " iteration       20/     100 | consumed samples:  640 | lm loss: 9.0E+00 | loss scale: 1.0 |",
    [
      [10, 10],
      [20, 9],
    ],
  ],
  MMDetection: [
    "coco/bbox_mAP",
    [3, 4]
      .map(
        (epoch) =>
          `mmengine - INFO - Epoch(train)  [${epoch}][  50/7330]  lr: 1e-3 loss: 3.2\n` +
          `mmengine - INFO - Epoch(val) [${epoch}][5000/5000]    coco/bbox_mAP: 0.${epoch}  coco/bbox_mAP_50: 0.6`,
      )
      .join("\n"),
    [
      [3, 0.3],
      [4, 0.4],
    ],
  ],
  "MMSegmentation, whose steps are iterations": [
    "mIoU",
    [100, 200]
      .map(
        (iter) =>
          `mmengine - INFO - Iter(train) [   ${iter}/160000]  lr: 1e-3 loss: 3.2\n` +
          `mmengine - INFO - Iter(val) [50/500]    eta: 0:00:10  time: 0.02\n` +
          `mmengine - INFO - Iter(val) [500/500]    aAcc: 80.0  mIoU: 0.${iter}`,
      )
      .join("\n"),
    [
      [100, 0.1],
      [200, 0.2],
    ],
  ],
};

for (const [program, [name, output, reports]] of Object.entries(LOGS)) {
  test(`a metric's name finds it in what a program prints: ${program}`, (t) => {
    const said = heard({ name }, output);
    t.deepEqual(said.reports, reports);
    t.is(said.result, reports.at(-1)![1]);
  });
}

test("a number in brackets behind the metric is not taken, and that is told", (t) => {
  const { result, remarks } = heard(
    { name: "Acc@1" },
    "Test: Acc@1: 0.5 (0.5)\nTest: Acc@1:   0.2 (  0.4)",
  );
  t.is(result, 0.2);
  t.regex(
    remarks.ambiguous!,
    /tells Acc@1 as 0\.2, and 0\.4 in brackets, which is not taken: .*regex: /,
  );
  const pattern = /regex: '(.*)' \}/.exec(remarks.ambiguous!)![1];
  t.is(new RegExp(pattern).exec("Test: Acc@1:   0.2 (  0.4)")?.groups?.value, "0.4");
});

test("a name with its group before it is proposed", (t) => {
  const { remedy } = heard({ name: "bbox_mAP" }, "Epoch(val) [1][5000/5000]    coco/bbox_mAP: 0.5");
  t.regex(remedy, /Did you mean "coco\/bbox_mAP"\?$/);
});
