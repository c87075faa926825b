import test from "ava";
import { heard } from "../testing/heard.ts";

test("a long line tells a metric wherever it stands, with the step at its head", (t) => {
  const many = "w ".repeat(20_000);
  const list = Array.from({ length: 10_000 }, () => 0.125);
  for (const line of [
    `epoch 2 ${many}val_loss=0.1`,
    `epoch 2 val_loss=0.1 ${many}`,
    `epoch 2 ${many}val_loss=0.1 ${many}`,
    `epoch 2 ${"val_loss=0.5 ".repeat(3000)}val_loss=0.1`,
    JSON.stringify({ epoch: 2, list, val_loss: 0.1, more: list }),
    `{${'"a": '.repeat(9000)}} epoch 2 val_loss=0.1`,
  ]) {
    const { result, reports } = heard({ name: "val_loss" }, `epoch 1 val_loss=0.9\n${line}`);
    t.is(result, 0.1, line.slice(0, 30));
    t.is(reports.at(-1)?.[1], 0.1);
  }
  const both = heard({ name: ["loss", "acc"] }, `${many}acc=0.75 ${many}loss=0.5 ${many}`);
  t.deepEqual(both.result, [0.5, 0.75]);
});
