import test from "ava";
import { metricRows, type MetricFormat } from "./metric-rows.ts";

const rowsOf = (format: MetricFormat, text: string, isOver = true) =>
  metricRows({ format, list: undefined, values: ["loss"] }, text, isOver);
const ofList = (list: string, content: unknown, ...values: readonly string[]) =>
  metricRows({ format: "json", list, values }, JSON.stringify(content), true);

test("a last line without its end is left for later, until the program is over", (t) => {
  for (const [format, text] of [
    ["jsonl", '{"loss": 1}\n\n{"loss": 2}'],
    ["csv", "loss\n1\n2"],
  ] as const) {
    const losses = (isOver: boolean) =>
      rowsOf(format, text, isOver).rows?.map(({ loss }) => Number(loss));
    t.deepEqual(losses(false), [1], format);
    t.deepEqual(losses(true), [1, 2], format);
    t.like(rowsOf(format, text), { isCounted: true });
  }
});

test("a line that is no object is told by its number beside the rows", (t) => {
  for (const line of ["[1]", "null", "7", "{"]) {
    t.deepEqual(rowsOf("jsonl", `{"loss": 1}\r\n${line}\n{"loss": 2}\n`), {
      rows: [{ loss: 1 }, { loss: 2 }],
      isCounted: true,
      problem: "line 2 is no JSON object",
    });
  }
});

test("JSON is one row or a list of rows; half of it is none yet, and a fault at the end", (t) => {
  t.deepEqual(rowsOf("json", '{"loss": 1}'), { rows: [{ loss: 1 }], isCounted: false });
  t.deepEqual(rowsOf("json", '[{"loss": 1}]'), { rows: [{ loss: 1 }], isCounted: true });
  t.deepEqual(rowsOf("json", '[{"loss": 1', false), { rows: [], isCounted: true });
  t.regex(rowsOf("json", '[{"loss": 1').problem!, /^it is no JSON: /);
  for (const text of ["7", "null", '[{"loss": 1}, 2]']) {
    t.is(rowsOf("json", text).problem, "it holds no JSON object, and no list of such", text);
  }
});

test("of a list within JSON the rows count that have all that is wanted", (t) => {
  const log = [{ loss: 1 }, 7, { loss: 2, eval: 3 }, { eval: 4 }];
  t.deepEqual(ofList("log", { log }, "loss", "eval"), { rows: [log[2] as never], isCounted: true });
  t.deepEqual(ofList("log", { log }, "eval"), { rows: [log[2], log[3]] as never, isCounted: true });
  t.deepEqual(ofList("log", { log: [] }, "loss"), { rows: [], isCounted: true });
  t.deepEqual(ofList("log", { log: [7] }, "loss"), { rows: [], isCounted: true });
  t.is(ofList("log", { log: 7 }, "loss").problem, '"log" is no list');
  t.regex(ofList("lg", { log }, "loss").problem!, /^there is no "lg"/);
  t.regex(ofList("log", { log }, "lss").problem!, /^no object of "log" has "lss"\. .*"loss"/);
  // Each has one of them, none has both.
  const apart = [{ loss: 1 }, { eval: 4 }];
  t.regex(ofList("log", { log: apart }, "loss", "eval").problem!, /has "loss, eval"\. /);
});

test("a table's separator is the one in its head, and an empty cell tells nothing", (t) => {
  for (const separator of ["\t", ";", ","]) {
    const text = ["step", "loss"].join(separator) + `\n1${separator}0.5\n2${separator}\n3\n`;
    t.deepEqual(rowsOf("csv", text).rows, [
      { step: "1", loss: "0.5" },
      { step: "2" },
      { step: "3" },
    ]);
  }
  t.deepEqual(rowsOf("csv", "", true), { rows: [], isCounted: true });
});

test("a field that lacks its quote is still being written, and a fault at the end", (t) => {
  const text = 'step,loss\n1,0.5\n2,"0.\n';
  t.deepEqual(rowsOf("csv", text, false).rows?.slice(0, 1), [{ step: "1", loss: "0.5" }]);
  t.is(rowsOf("csv", text).problem, "line 3: the quotes of field 2 do not match");
});
