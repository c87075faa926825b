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

test("what is wrong with a file is told with what there is", (t) => {
  const folder = newFolder();
  t.regex(problemOf(metricFile({ file: "no.json" }, folder).end()), /no\.json was not written/);
  writeFileSync(join(folder, "a.csv"), "epoch,loss\n1,2\n");
  const wrongColumn = metricFile({ file: "a.csv", value: "los" }, folder).end();
  t.regex(problemOf(wrongColumn), /a\.csv: there is no "los". Did you mean "loss"\?/);
  writeFileSync(join(folder, "b.json"), "{");
  t.regex(problemOf(metricFile({ file: "b.json" }, folder).end()), /b\.json: it is no JSON/);
  writeFileSync(join(folder, "c.json"), '{"value": "low"}');
  t.regex(problemOf(metricFile({ file: "c.json" }, folder).end()), /"value" is "low", no number/);
  t.throws(() => formatOf({ file: "metrics" }), { instanceOf: HpoError, message: /Add format/ });
});
