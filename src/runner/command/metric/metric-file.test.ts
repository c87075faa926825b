import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { HpoError } from "../../../errors/errors.ts";
import type { LineMeaning } from "./line-meaning.ts";
import { formatOf, metricFile } from "./metric-file.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "hpo-metric-"));
const report = (step: number, value: number): LineMeaning => ({
  kind: "report",
  step,
  value,
  isResult: true,
});
const problemOf = ([first]: readonly LineMeaning[]): string =>
  first?.kind === "malformed" ? first.problem : "";

test("the rows of a CSV file are reports as they come, a torn one once it is whole", (t) => {
  const folder = newFolder();
  const path = join(folder, "log.csv");
  const file = metricFile({ file: "log.csv", value: "val_loss" }, folder);
  t.deepEqual(file.poll(), [], "not there yet");
  writeFileSync(path, 'epoch,"val_loss",note\n0,0.5,"a, b"\n1,0.');
  t.deepEqual(file.poll(), [report(0, 0.5)]);
  t.deepEqual(file.poll(), []);
  appendFileSync(path, "25,\n2,nan,\n3,1e-3");
  t.deepEqual(file.poll(), [report(1, 0.25), report(2, NaN)]);
  t.deepEqual(file.end(), [report(3, 0.001)], "the last line needs no end");
});

test("a file that is written anew goes on where it stood; rows without steps are counted", (t) => {
  const folder = newFolder();
  const write = (...values: number[]): void =>
    writeFileSync(
      join(folder, "log.jsonl"),
      values.map((value) => `{"value": ${value}}\n`).join(""),
    );
  const file = metricFile({ file: "log.jsonl" }, folder);
  write(3, 2);
  t.deepEqual(file.poll(), [report(1, 3), report(2, 2)]);
  write(3, 2, 1);
  t.deepEqual(file.poll(), [report(3, 1)]);
  write(5);
  t.deepEqual(file.end(), [{ kind: "result", result: 5 }]);
});

test("a line that is no object is told, and hides no other line", (t) => {
  const folder = newFolder();
  const file = metricFile({ file: "log.jsonl" }, folder);
  writeFileSync(join(folder, "log.jsonl"), '{"value": 3}\n{"val\n{"value": 2}\n{"value');
  t.deepEqual(file.poll(), [report(1, 3), report(2, 2)]);
  const [told, ...more] = file.end();
  t.regex(problemOf([told]), /line 2 is no JSON object/);
  t.deepEqual(more, []);
});

test("a JSON file is the result, and a report where it has a step", (t) => {
  const folder = newFolder();
  const path = join(folder, "m.json");
  const file = metricFile({ file: path, value: "eval.loss", step: "it" }, "/elsewhere");
  writeFileSync(path, '{"it": 1, "eval": {"lo');
  t.deepEqual(file.poll(), [], "half written");
  writeFileSync(path, '{"it": 1, "eval": {"loss": 0.5}}');
  t.deepEqual(file.poll(), [report(1, 0.5)]);
  writeFileSync(path, '{"it": 20, "eval": {"loss": NaN}}');
  t.deepEqual(file.end(), [report(20, NaN)]);
  const several = metricFile({ file: "m.json", value: ["eval.loss", "it"] }, folder);
  t.deepEqual(several.end(), [{ kind: "result", result: [NaN, 20] }]);
});

test("lists in JSON are addressed from their end, or each of their objects is a report", (t) => {
  const folder = newFolder();
  const path = join(folder, "trainer_state.json");
  const history = [
    { epoch: 1, loss: 0.9, step: 10 },
    { epoch: 1, eval_loss: 0.8, step: 10 },
    { epoch: 2, loss: 0.7, step: 20 },
  ];
  const write = (): void =>
    writeFileSync(path, `\ufeff${JSON.stringify({ global_step: 20, log_history: history })}`);
  const read = (value: string, step?: string): readonly LineMeaning[] =>
    metricFile({ file: path, value, ...(step && { step }) }, folder).end();
  write();
  const each = metricFile({ file: path, value: "log_history[*].eval_loss" }, folder);
  t.deepEqual(each.poll(), [report(10, 0.8)]);
  history.push({ epoch: 2, eval_loss: 0.6, step: 20 });
  write();
  t.deepEqual(each.poll(), [report(20, 0.6)]);
  t.deepEqual(each.end(), []);
  t.deepEqual(read("log_history[-1].eval_loss", "global_step"), [report(20, 0.6)]);
  t.deepEqual(read("log_history[0].loss"), [{ kind: "result", result: 0.9 }]);
  t.deepEqual(read("log_history[].loss", "log_history[].epoch"), [report(1, 0.9), report(2, 0.7)]);
  writeFileSync(join(folder, "empty.json"), '{"log": []}');
  const nothing = metricFile({ file: "empty.json", value: "log[*].loss" }, folder);
  t.deepEqual(nothing.poll(), [], "a list without entries yet");
  const wrong: readonly [value: string, problem: RegExp][] = [
    [
      "log_history.eval_loss",
      /no "eval_loss" in log_history: .* list of 4\. Write log_history\[-1\]/,
    ],
    ["log_history[9].loss", /no "\[9\]" in log_history/],
    ["log_history[-1].eval_los", /no "eval_los" in log_history\[-1\]\. Did you mean "eval_loss"/],
    [
      "log_history[*].eval_los",
      /no object of "log_history" has "eval_los"\. Did you mean "eval_loss"/,
    ],
    ["global_step[*].x", /"global_step" is no list/],
    ["global_step.constructor", /no "constructor" in global_step, which is 20/],
    ["log_history[", /no "\[" in log_history/],
  ];
  for (const [value, problem] of wrong) t.regex(problemOf(read(value)), problem, value);
  const lists = { file: path, value: ["a[*].x", "b[*].x"] };
  t.throws(() => metricFile(lists, folder), { message: /lead through different lists/ });
});

test("a step that is none is told, and its row's value counts; marks of byte order are no text", (t) => {
  const folder = newFolder();
  const path = join(folder, "log.csv");
  writeFileSync(path, "\ufeffepoch,value\n0.5,3\n1.0,2\n");
  const [malformed, ...rest] = metricFile({ file: path }, folder).end();
  t.regex(problemOf([malformed]), /epoch="0\.5" must be an integer ≥ 0/);
  t.deepEqual(rest, [{ kind: "result", result: 3 }, report(1, 2)]);
  t.regex(
    problemOf(metricFile({ file: path, step: "epoc" }, folder).end()),
    /mean "epoch".*by step/,
  );
  writeFileSync(join(folder, "w.csv"), Buffer.from("\ufeffvalue\n0.25\n", "utf16le"));
  t.deepEqual(metricFile({ file: "w.csv" }, folder).end(), [report(1, 0.25)]);
});

test("what is wrong with a file is told with what there is", (t) => {
  const folder = newFolder();
  t.regex(problemOf(metricFile({ file: "no.json" }, folder).end()), /no\.json was not written/);
  writeFileSync(join(folder, "q.csv"), 'note,value\n"a, ""b""\nc",0.5\nd "e,0.25\n');
  const quoted = metricFile({ file: "q.csv" }, folder);
  t.deepEqual(quoted.poll(), [report(1, 0.5)]);
  t.regex(problemOf(quoted.end()), /q\.csv: line 4: the quotes of field 1 do not match/);
  writeFileSync(join(folder, "a.csv"), "epoch,loss\n1,2\n");
  const wrongColumn = metricFile({ file: "a.csv", value: "los" }, folder).end();
  t.regex(problemOf(wrongColumn), /a\.csv: there is no "los". Did you mean "loss"\?/);
  writeFileSync(join(folder, "b.json"), "{");
  t.regex(problemOf(metricFile({ file: "b.json" }, folder).end()), /b\.json: it is no JSON/);
  writeFileSync(join(folder, "c.json"), '{"value": "low"}');
  t.regex(problemOf(metricFile({ file: "c.json" }, folder).end()), /value="low" must be a number/);
  t.throws(() => formatOf({ file: "metrics" }), { instanceOf: HpoError, message: /Add format/ });
});

test("a file that can't be looked at is told, and what is wrong with its rows before what stands between them", (t) => {
  const folder = newFolder();
  const long = metricFile({ file: "x".repeat(300), format: "jsonl" }, folder);
  t.deepEqual(long.poll(), []);
  t.regex(problemOf(long.end()), /^the metric's file \S+ can't be read: ENAMETOOLONG/);
  writeFileSync(join(folder, "torn.jsonl"), '{"n": 0.5, "value": 1}\n{"n": 2');
  const torn = metricFile({ file: "torn.jsonl", step: "n" }, folder);
  const problems = torn.end().flatMap((one) => (one.kind === "malformed" ? [one.problem] : []));
  t.deepEqual(
    problems.map((one) => one.replace(/^\S+ /, "")),
    ["n=0.5 must be an integer ≥ 0", "line 2 is no JSON object"],
  );
});
