import test from "ava";
import { createRng, type Rng } from "../../../numerics/rng.ts";
import { numbersFingerprint } from "../../../numerics/testing/numbers-fingerprint.ts";
import type { NamedMetric } from "../command-schema.ts";
import { heard } from "../testing/heard.ts";

/*
 * Logs put together by chance from what programs print: what is read of them stays what it was. Where a change means
 * to read some of them otherwise, look at what it reads of them now (`t.log(log, read)`), and give the new prints.
 */

/** What stands in a line: the epoch, of how many, and two numbers as they are printed. */
interface Told {
  readonly epoch: number;
  readonly of: number;
  readonly v: string;
  readonly w: string;
}
type Line = (told: Told) => string;

const METRICS: readonly NamedMetric[] = [
  { name: "val_loss" },
  { name: "val_loss", step: "it" },
  { name: ["val_loss", "acc"] },
];

const LINES: Readonly<Record<string, readonly Line[]>> = {
  "text with a step": [
    ({ epoch, of, v, w }) => `Epoch ${epoch}/${of} - loss: ${w} - val_loss: ${v}`,
    ({ epoch, of, v }) => `[${epoch}/${of}] val_loss=${v} acc=0.5`,
    ({ epoch, v, w }) => `epoch ${epoch} step ${epoch * 100} val_loss ${v} (${w})`,
    ({ epoch, v }) => `Epoch: [${epoch}][ 10/100]\tval_loss ${v}`,
    ({ epoch, v, w }) => `it=${epoch}, val_loss=${v}; acc=${w}`,
    ({ epoch, v, w }) => `[${epoch}]\ttrain-val_loss:${w}\tvalid-val_loss:${v}`,
    ({ epoch, v }) => `round ${epoch}: val_loss -> ${v}`,
    ({ epoch, v }) => `global_step ${epoch}k | val_loss: ${v}`,
  ],
  "text without a step": [
    ({ v }) => `val_loss: ${v}`,
    ({ v, w }) => `val_loss = ${v}, acc = ${w}`,
    ({ v, w }) => `loss ${w} | val_loss ${v}`,
    ({ v }) => `2026-01-02 12:00:01,123 INFO train.py:12 val_loss=${v}`,
    ({ v }) => `\u001b[32mval_loss\u001b[0m:\u001b[1m ${v}\u001b[0m`,
    ({ epoch }) => `epoch ${epoch}`,
    ({ epoch, of }) => `Epoch ${epoch}/${of} begins`,
  ],
  objects: [
    ({ epoch, v, w }) => `{"epoch": ${epoch}, "val_loss": ${v}, "acc": ${w}}`,
    ({ epoch, v }) => `INFO {'val_loss': ${v}, 'epoch': ${epoch}.0}`,
    ({ epoch, v }) => `{"step": ${epoch}, "metrics": {"val_loss": ${v}}} done`,
    ({ v, w }) => `{'val_loss': [${w}, ${v}]}`,
    ({ v }) => `Namespace(val_loss=${v}, lr=0.1)`,
  ],
  tables: [
    () => "epoch,train_loss,val_loss,acc",
    ({ epoch, v, w }) => `${epoch},${w},${v},0.5`,
    () => "epoch  train_loss  val_loss  acc",
    ({ epoch, v, w }) => `${epoch}  ${w}  ${v}  0.5`,
    () => "| epoch | val_loss |",
    ({ epoch, v }) => `| ${epoch} | ${v} |`,
    () => "|-------|----------|",
    ({ v }) => `| val_loss | ${v} |`,
    ({ v, w }) => `│ val_loss │ ${v} │ ${w} │`,
    () => "Confusion matrix:",
    ({ epoch }) => `  ${50 + epoch}   3   4   0`,
    ({ v, w }) => `all  ${w}  ${v}  0.1`,
  ],
  bars: [
    ({ epoch, of, v }) =>
      `Epoch ${epoch}:  50%|█████     | ${epoch}/${of} [00:01<00:00, 3.4it/s, val_loss=${v}]`,
    ({ epoch, v }) => `Epoch ${epoch}: 100%|██████████| 10/10 [00:02<00:00, val_loss=${v}]`,
    ({ epoch, of, v }) => `${epoch}/${of} [=====>....] - ETA: 1s - val_loss: ${v}`,
    ({ epoch, of, v }) => `2> ${epoch * 10}%|█ | ${epoch}/${of} [00:01<00:09, val_loss=${v}]`,
  ],
  "of what": [
    ({ v }) => `best val_loss: ${v}`,
    ({ epoch, v }) => `Best val_loss ${v} at epoch ${epoch}`,
    ({ v, w }) => `mean val_loss: ${v} ± ${w}`,
    ({ epoch, v }) => `fold ${epoch} val_loss=${v}`,
    ({ v }) => `[rank1] val_loss=${v}`,
    ({ v }) => `[1,2]<stdout>val_loss=${v}`,
    ({ v }) => `Target val_loss: ${v}`,
    ({ v }) => `final val_loss ${v}`,
    ({ v, w }) => `val_loss improved from ${w} to ${v}, saving`,
    ({ v }) => `val_loss(ema): ${v}`,
    () => "Validation:",
    () => "Test results",
    ({ v }) => `class 3: val_loss=${v}`,
    ({ v }) => `val_loss did not improve from ${v}`,
  ],
};

const NUMBERS: readonly ((rng: Rng) => string)[] = [
  (rng) => (rng.integer(1, 999) / 1000).toFixed(3),
  (rng) => String(rng.integer(1, 90)),
  (rng) => `${rng.integer(1, 99)}e-3`,
  (rng) => `.${rng.integer(10, 99)}`,
  (rng) => `${rng.integer(10, 99)}.5%`,
  () => "nan",
  () => "inf",
  (rng) => `tensor(0.${rng.integer(10, 99)}, device='cuda:0')`,
  (rng) => `-${rng.integer(1, 9)}.25`,
  (rng) => `1,${rng.integer(100, 999)}.5`,
  () => "n/a",
];

const pick = <Item>(rng: Rng, items: readonly Item[]): Item =>
  items[rng.integer(0, items.length - 1)];

/** One or two forms, again in each epoch, with numbers in one notation, and now and then another line. */
function logDrawn(rng: Rng, lines: readonly Line[]): string {
  const all = Object.values(LINES).flat();
  const forms = [pick(rng, lines), ...(rng.uniform() < 0.5 ? [pick(rng, lines)] : [])];
  const notation = rng.uniform() < 0.6 ? NUMBERS[0] : pick(rng, NUMBERS);
  const of = rng.integer(1, 6);
  const log: string[] =
    rng.uniform() < 0.4 ? [pick(rng, lines)({ epoch: 0, of, v: "9", w: "9" })] : [];
  for (let epoch = rng.integer(0, 1); epoch <= of; epoch++) {
    for (const form of rng.uniform() < 0.1 ? [...forms, pick(rng, all)] : forms) {
      const number = rng.uniform() < 0.1 ? pick(rng, NUMBERS) : notation;
      log.push(form({ epoch, of, v: number(rng), w: number(rng) }));
    }
  }
  return log.join("\n");
}

const PRINTS: Readonly<Record<string, string>> = {
  "text with a step": "0216ff8387d8",
  "text without a step": "720dcc830b6d",
  objects: "d2c1706a85f0",
  tables: "ace15d573d4a",
  bars: "3c6b52992837",
  "of what": "21ea59232bb5",
};

for (const [kind, lines] of Object.entries(LINES)) {
  test(`${kind}: read as before`, (t) => {
    const rng = createRng(1, kind);
    const read = Array.from({ length: 300 }, () => {
      const { reports, result, remarks, problems } = heard(
        pick(rng, METRICS),
        logDrawn(rng, lines),
      );
      return [reports, result, Object.keys(remarks).sort(), problems.length];
    });
    t.is(numbersFingerprint(read), PRINTS[kind]);
  });
}
