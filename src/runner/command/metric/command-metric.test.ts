import test from "ava";
import { metricReader } from "./command-metric.ts";

const { read } = metricReader("json-lines");

test("numbers are read as programs write them: Python's bare NaN, null, words", (t) => {
  const result = (line: string): unknown => {
    const [meaning] = read(line);
    return meaning.kind === "result" ? meaning.result : meaning.kind;
  };
  t.is(result('{"value": 0.39}'), 0.39);
  t.is(result('  {"value": NaN}  '), NaN);
  t.is(result('{"value": null}'), NaN);
  t.deepEqual(result('{"values": {"loss": -Infinity, "acc": "nan"}}'), {
    loss: -Infinity,
    acc: NaN,
  });
  t.deepEqual(result('{"values": [1, "inf"]}'), [1, Infinity]);
});

test("one line may report and log; order of keys and more keys do not matter", (t) => {
  t.deepEqual(read('{"log": {"lr": 0.1}, "value": 2, "time": "now", "step": 0}'), [
    { kind: "report", step: 0, value: 2, isResult: false },
    { kind: "log", step: 0, values: { lr: 0.1 } },
  ]);
});

test("lines that are not for us are output, JSON or not", (t) => {
  for (const line of ["", "loss 3", "{", '{"loss": 3}', '["value"]', '{"value": 1', "{value: 1}"]) {
    t.deepEqual(read(line), [{ kind: "output" }], line);
  }
});

test("what is meant for us but wrong says what is wrong with it", (t) => {
  const problem = (line: string): string => {
    const [meaning] = read(line);
    return meaning.kind === "malformed" ? meaning.problem : meaning.kind;
  };
  t.is(problem('{"value": "low"}'), '"value" is "low", no number');
  t.is(problem('{"step": -1, "value": 1}'), '"step" is -1, no integer ≥ 0');
  t.is(problem('{"values": 3}'), '"values" is 3, no object');
  t.is(problem('{"log": {"a": 1}}'), '"log" needs a "step"');
  t.is(problem('{"constraints": {"a": 1}}'), '"constraints" is no array of numbers');
});

test("a pattern's match must hold a number, or the line is only output", (t) => {
  const { read } = metricReader({ regex: "loss: (\\S+)" });
  t.deepEqual(read("loss: 1e-3"), [{ kind: "result", result: 1e-3 }, { kind: "output" }]);
  t.is(read("loss: high")[0].kind, "malformed");
  t.deepEqual(read("no such thing"), [{ kind: "output" }]);
});
