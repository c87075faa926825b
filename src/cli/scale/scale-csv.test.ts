import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { parseCsv } from "../../export/parse-csv.ts";
import { trialsOfCsv } from "./scale-csv.ts";

const read = (text: string, naming = {}, direction: "minimize" | "maximize" = "minimize") =>
  trialsOfCsv(text, "runs.csv", naming, direction);

test("columns in any order, others ignored, steps and samples taken where they are", (t) => {
  const { trials, notes } = read(
    "note,value,batch_size,samples,lr\nx,0.5,64,6400,1e-3\ny,nan,128,,0.01\n",
  );
  t.deepEqual(trials, [
    { learningRate: 1e-3, batchSize: 64, value: 0.5, steps: undefined, samples: 6400 },
    { learningRate: 0.01, batchSize: 128, value: NaN, steps: undefined, samples: undefined },
  ]);
  t.deepEqual(notes, []);
});

test("an exported study's table is read as it is", (t) => {
  const { trials, notes } = read(
    "number,state,value,params.lr,params.batchSize,failure\r\n" +
      "0,complete,0.5,0.001,64,\r\n1,failed,,0.1,64,error\r\n2,pruned,0.1,0.2,64,\r\n",
  );
  t.like(trials, { length: 1, 0: { learningRate: 1e-3, batchSize: 64, value: 0.5 } });
  t.deepEqual(notes, [
    "Left out: 1 pruned trial, as a pruned value is not final.",
    "Left out: 1 line of runs.csv without a value.",
  ]);
});

test("what was searched beside is taken by its prefix or a usual name, other numbers are not", (t) => {
  const { trials } = read(
    "lr,batch,value,momentum,params.depth,seconds\n1,2,3,0.9,4,50\n1,2,3,,x,50\n",
  );
  t.deepEqual(trials[0].beside, { momentum: 0.9, depth: 4 });
  t.is(trials[1].beside, undefined);
});

test("columns by name, and values to maximise", (t) => {
  const naming = { lrParam: "alpha", batchParam: "n", metric: "accuracy" };
  t.like(read("alpha,n,accuracy\n0.1,8,0.9\n", naming, "maximize").trials[0], {
    learningRate: 0.1,
    batchSize: 8,
    value: -0.9,
  });
});

const head = "lr,batch_size,value\n";
const mistakes: readonly (readonly [string, string, RegExp])[] = [
  ["an empty file", "", /^runs\.csv is empty\. Give a header/],
  ["no learning rate", "x,batch,value\n1,2,3", /learning rate\. Candidates: .*--lr-param/],
  ["no batch size", "lr,x,value\n1,2,3", /batch size\. Candidates: .*--batch-param/],
  ["no value", "lr,batch,loss\n1,2,3", /:1 has no column "value".*"loss".*--metric/],
  ["a column twice", "lr,lr,batch,value\n", /two columns "lr"/],
  ["semicolons", "lr;batch;value\n0,1;2;3", /holds no comma.*decimals with points/],
  [
    "text for a number",
    `${head}0.1,8,1\nfast,8,1`,
    /^runs\.csv:3: lr="fast" must be a number ≥ 1e-30 and ≤ 1e30/,
  ],
  ["a batch size of 0", `${head}0.1,0,1`, /:2: batch_size="0" must be a number ≥ 1 and ≤ 1e15/],
  ["an empty learning rate", `${head},8,1`, /:2: lr="" must be a number ≥ 1e-30/],
  ["a word for a value", `${head}0.1,8,good`, /:2: value="good" must be a number/],
  ["no steps", "lr,batch,value,steps\n1,2,3,-4", /:2: steps="-4"/],
  ["a short line", `${head}\n0.1,8`, /^runs\.csv:3 has 2 fields, the header 3/],
  ["an open quote", `${head}"0.1,8,1`, /^runs\.csv:2: the quotes of field 1 do not match/],
];
for (const [name, text, message] of mistakes) {
  test(`${name} is refused by line and column`, (t) => {
    t.throws(() => read(text), { instanceOf: HpoError, message });
  });
}

test("CSV as spreadsheets write it: mark, CRLF, quotes, line breaks in fields", (t) => {
  const records = parseCsv('\uFEFFa, b\r\n"say ""so""","two\nlines"\r\n\r\n1,\r\n', "x.csv");
  t.deepEqual(records, [
    { line: 1, fields: ["a", "b"] },
    { line: 2, fields: ['say "so"', "two\nlines"] },
    { line: 5, fields: ["1", ""] },
  ]);
});
