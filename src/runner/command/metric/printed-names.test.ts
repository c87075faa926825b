import test from "ava";
import { heard } from "../testing/heard.ts";

test("names of several words and of a table's columns stand in the error", (t) => {
  const printed: Readonly<Record<string, string>> = {
    "epoch 1 train loss: 3, valid loss: 2": "train loss, valid loss",
    "epoch 1 | train loss 3.5 | valid loss 2.5": "train loss, valid loss",
    "epoch  train_loss  valid_loss\n1      9.1         0.5": "epoch, train_loss, valid_loss",
    "| epoch | train loss | valid loss |\n|---|:---:|---|\n| 1 | 2 | 3 |":
      "epoch, train loss, valid loss",
    "epoch,valid_loss\n1,0.5": "epoch, valid_loss",
    "{'valid_loss': 0.5, 'lr': 1}": "valid_loss, lr",
    "the words, and the sentences\nno more, and 3 of these": "",
  };
  for (const [output, names] of Object.entries(printed)) {
    const { remedy } = heard({ name: "val_loss" }, output);
    const [, told = ""] = /It printed (?!no )(.*?)\. /.exec(`${remedy} `) ?? [];
    t.is(told, names, output);
  }
});
