import test from "ava";
import { heard } from "../testing/heard.ts";

const read = (output: string, name = "val_loss") => {
  const { reports, remarks } = heard({ name }, output);
  return { reports, unread: remarks.unread };
};

const HEAD = "epoch  train_loss  val_loss";
const TWO = `${HEAD}\n1  0.9  0.8\n2  0.7  0.6`;
const BOTH = [
  [1, 0.8],
  [2, 0.6],
];
const ENDED: Readonly<Record<string, string>> = {
  "a confusion matrix": `${TWO}\nConfusion matrix:\n  52   3   4\n   2  61   7\n   0   5  66`,
  "a summary whose first number is the next step": `${TWO}\nSummary of layers\n3  640  7`,
  "shares of another table": `${TWO}\nBy class\n17  0.5  0.4\n18  0.5  0.3`,
  CSV: `${TWO.replaceAll(/ {2,}/g, ",")}\nConfusion matrix:\n52,3,4\n2,61,7`,
};
for (const [what, output] of Object.entries(ENDED)) {
  test(`${what} behind a table is no row of it, which is told`, (t) => {
    const { reports, unread } = read(output);
    t.deepEqual(reports, BOTH);
    t.regex(unread!, /^val_loss is read from a table, which ".*" ends: ".*" behind it is no row/);
  });
}

const OTHER: Readonly<Record<string, string>> = {
  CSV: "epoch,val_loss\n1,0.8\n2,0.6\nquantile,residual\n0.05,-1.8\n3,0.01\n4,2.0",
  "CSV of three columns": `${TWO.replaceAll(/ {2,}/g, ",")}\nthreshold,precision,recall\n3,0.5,0.4`,
  Markdown:
    "| epoch | val_loss |\n|---|---|\n| 1 | 0.8 |\n| 2 | 0.6 |\n\n| layer | share |\n|---|---|\n| 3 | 0.4 |\n| 4 | 0.2 |",
  tabs: "epoch\tval_loss\n1\t0.8\n2\t0.6\nclass\tshare\n3\t0.5\n4\t0.7",
  "columns by spaces": `${TWO}\nclass  share  count\n3  0.4  0.5`,
};
for (const [what, output] of Object.entries(OTHER)) {
  test(`${what}: a line of other names begins another table`, (t) => {
    t.deepEqual(read(output).reports, BOTH);
  });
}

test("a row without its step behind other text is none", (t) => {
  t.deepEqual(read(`${TWO}\nBy quantile\n0.05  1.8  0.4`).reports, BOTH);
});

test("a table without steps ends at a title", (t) => {
  const head = "train_loss  val_loss\n0.9  0.8\n0.7  0.6";
  t.deepEqual(read(`${head}\nConfusion matrix, normalised:\n0.95  0.05`).reports, BOTH);
  t.deepEqual(read(`${head}\nsaved\n0.5  0.4`).reports, [...BOTH, [3, 0.4]]);
});

const GOING_ON: Readonly<
  Record<string, readonly [output: string, last: readonly [number, number]]>
> = {
  "a warning": ["UserWarning: lr_scheduler.step()\n3  0.5  0.4", [3, 0.4]],
  "a value that has become 1": ["saved\n3  0.5  1", [3, 1]],
  "a value that has become NaN": ["saved\n3  nan  nan", [3, NaN]],
  "a sentence": ["Saved, ok\n3  0.5  0.4", [3, 0.4]],
  "a row without numbers": ["3  n/a  n/a\n4  0.5  0.4", [4, 0.4]],
  "a bar, a frame and an empty line": [" 50%|###   | 1/2\n-----\n\n4  0.5  0.4", [4, 0.4]],
  "a training's text, before another of that": ["saved\n3  0.5  0.4\nsaved\n4  0.4  0.3", [4, 0.3]],
};
for (const [what, [output, last]] of Object.entries(GOING_ON)) {
  test(`a table goes on behind ${what}`, (t) => {
    const { reports, unread } = read(`${TWO}\n${output}`);
    t.deepEqual(reports.at(-1), last);
    t.is(unread, undefined);
  });
}

test("steps of any width go on, the last one may be shorter, and names come before any text", (t) => {
  const rows = (steps: readonly number[]) =>
    steps.map((step) => `saved\n${step}  0.5  0.${step}`).join("\n");
  t.deepEqual(
    read(`${HEAD}\n${rows([100, 200, 250])}`).reports.map(([step]) => step),
    [100, 200, 250],
  );
  t.deepEqual(
    read(`${HEAD}\n${rows([100, 200])}\nsaved\n900  0.5  0.4`).reports.map(([step]) => step),
    [100, 200],
  );
});

test("whole values go on where they have been whole before", (t) => {
  const counts = "epoch,errors\n1,40\n2,30\nsaved\n3,25";
  t.deepEqual(read(counts, "errors").reports.at(-1), [3, 25]);
});
