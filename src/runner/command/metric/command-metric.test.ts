import test from "ava";
import { metricReader } from "./command-metric.ts";

const { reading, doubt } = metricReader("json-lines");
const { read } = reading();

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

test("versions come with something else; other words of that name are nobody's fault", (t) => {
  t.deepEqual(read('{"value": 2, "versions": {"python": "3.11.2"}}'), [
    { kind: "result", result: 2 },
    { kind: "versions", versions: { python: "3.11.2" } },
  ]);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`v${at}`, "1"]));
  for (const versions of [3, "1.0", null, [1], { a: 1 }, { a: "x".repeat(200) }, many]) {
    const line = JSON.stringify({ value: 2, versions });
    t.deepEqual(read(line), [{ kind: "result", result: 2 }], line);
  }
  t.deepEqual(read('{"versions": {"python": "3.11.2"}}'), [{ kind: "output" }]);
});

test("a file of no known format, and a pattern without a group, are refused before a trial runs", (t) => {
  t.throws(() => metricReader({ file: "metrics" }), { message: /Add format/ });
  t.throws(() => metricReader({ regex: "loss" }), { name: "HpoError" });
  t.throws(() => metricReader({ regex: "loss (" }), { name: "HpoError" });
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
  t.is(problem('{"value": "low"}'), 'value="low" must be a number');
  t.is(problem('{"step": -1, "value": 1}'), "step=-1 must be an integer ≥ 0");
  t.is(problem('{"values": 3}'), "values=3 must be an object");
  t.is(problem('{"log": {"a": 1}}'), '"log" needs a "step"');
  for (const wrong of ["null", "[1]", '"a"']) {
    t.is(problem(`{"step": 1, "log": ${wrong}}`), `log=${wrong} must be an object`);
    t.is(problem(`{"attrs": ${wrong}}`), `attrs=${wrong} must be an object`);
  }
  t.is(problem('{"constraints": {"a": 1}}'), 'constraints={"a":1} must be a list of numbers');
});

test("a pattern's match must hold a number, or the line is only output", (t) => {
  const { read } = metricReader({ regex: "loss: (\\S+)" }).reading();
  t.deepEqual(read("loss: 1e-3"), [{ kind: "result", result: 1e-3 }, { kind: "output" }]);
  t.is(read("loss: high")[0].kind, "malformed");
  t.deepEqual(read("no such thing"), [{ kind: "output" }]);
});

test("a pattern that takes a part of a number takes none, and is told the whole", (t) => {
  const cases: readonly [pattern: string, line: string, whole: string | undefined][] = [
    [String.raw`loss=(\d+\.\d+)`, "loss=3.1e-05, lr=1", "3.1e-05,"],
    [String.raw`loss.*(\d+)`, "loss 0.53", "0.53"],
    [String.raw`loss\D*(\d+\.\d+)`, "loss: -3.5", "-3.5"],
    [String.raw`loss (\S+)`, "loss 3.1 × 10⁻³", "3.1 × 10⁻³"],
    [String.raw`loss (\d+)`, "loss 1,234.5", "1,234.5"],
    [String.raw`loss (.+)`, "loss 3.1 × 10⁻³", undefined],
    [String.raw`\d+,(\d\S+)`, "3,0.25", undefined],
    [String.raw`loss-(\d\.\d+)`, "loss-0.25 of 3", undefined],
    [String.raw`(\d+\.\d+)%`, "acc 93.1% (3)", undefined],
  ];
  for (const [pattern, line, whole] of cases) {
    const [meaning] = metricReader({ regex: pattern }).reading().read(line);
    t.is(meaning.kind, whole === undefined ? "result" : "malformed", line);
    if (meaning.kind === "malformed") t.true(meaning.problem.includes(`"${whole}"`), line);
  }
});

test("a pattern may name a step, which makes a report of its match", (t) => {
  const { read } = metricReader({ regex: String.raw`(?<step>\S+) loss=(?<value>\S+)` }).reading();
  t.deepEqual(read("3 loss=0.5")[0], { kind: "report", step: 3, value: 0.5, isResult: true });
  for (const line of ["x loss=0.5", "-1 loss=0.5", "1.5 loss=0.5"]) {
    t.is(read(line)[0].kind, "malformed", line);
  }
});

/** A report of 0.4 at step 3, as programs in the wild print one. */
const REPORTS = [
  ' 45%|████▌     | 45/100 [00:01<00:01, 44.43it/s]{"step": 3, "value": 0.4}',
  '\u001b[A 45%|##   | 4/9\u001b[K{"step": 3, "value": 0.4}\u001b[0m',
  '\u001b[1;39m{\u001b[0m\u001b[34;1m"step"\u001b[0m:\u001b[0;39m3\u001b[0m, "value": 0.4}',
  '\u001b]8;;file://log\u0007{"step": 3, "value": 0.4}\u001b]8;;\u0007',
  '\b\b\b\b\b\b10/10 [====>] - loss: 0.4\b\b{"step": 3, "value": 0.4}',
  '2026-01-01 12:00:00,123 INFO train: {"step": 3, "value": 0.4}',
  'INFO:root:{"step": 3, "value": 0.4}',
  '[1,0]<stdout>:{"step": 3, "value": 0.4}',
  '[rank0]: {"step": 3, "value": 0.4}  ',
  '(train pid=123) {"step": 3, "value": 0.4}',
  '{\'lr\': 0.1} {"step": 3, "value": 0.4}',
  '{"lr": {"a": [1, "}"]}} {"step": 3, "value": 0.4}',
  'it"s { {"step": 3, "value": 0.4}',
  '{"step": 3, "val{"step": 3, "value": 0.4}',
  '{"step": 3, "value": 0.4} | 46/100 [00:01<00:01]',
  '\ufeff{"step": "3", "value": "0.4"}',
  '{"step": 3.0, "value": 4e-1, "note": "x: NaN, {\\"value\\": 1}"}',
];

test("a report is taken behind a bar, a logger's prefix, colours and torn lines", (t) => {
  for (const line of REPORTS) {
    const [report, ...rest] = read(line);
    t.deepEqual(report, { kind: "report", step: 3, value: 0.4, isResult: false }, line);
    t.true(
      rest.every(({ kind }) => kind === "output"),
      line,
    );
  }
  t.deepEqual(
    read('{"step": 1, "value": nan}{"step": 2, "value": -inf} [rank1]').map((one) =>
      one.kind === "report" ? one.value : one.kind,
    ),
    [NaN, -Infinity, "output"],
  );
});

test("what may not be meant is not taken, and what looks meant is told", (t) => {
  const doubts: readonly [line: string, doubt: RegExp | undefined][] = [
    ['{"metrics": {"value": 3}}', undefined],
    ['{"loss": 3, "lr": 1}', undefined],
    ["value: 3", undefined],
    ['Print {"value": 0.39} on a line of its own', /both sides/],
    ['> {"value": 0.39} <', /both sides/],
    ['[{"value": 1}, {"value": 2}]', /no JSON object of its own/],
    ['x, [ {"value": 1}', /no JSON object of its own/],
    ['config={"value": 1}', /no JSON object of its own/],
    ['{"a": {"value": 1}', /no JSON object of its own/],
    ['{"a": b(), "c": {"value": 1}}', /no JSON object of its own/],
    ["{'step': 1, 'value': 0.5}", /dict as Python prints it.*json\.dumps/],
    ['{"message": "{\\"step\\": 1, \\"value\\": 2}"}', /a text within other JSON/],
    ['{"step": 4, "loss": 0.5}', /a "step" and no "value"/],
    ['{"step": 1, "value": 0.5', /no JSON object of its own/],
    ["{value: 1}", /no JSON object of its own/],
  ];
  for (const [line, expected] of doubts) {
    t.deepEqual(read(line), [{ kind: "output" }], line);
    t.regex(doubt(line) ?? "", expected ?? /^$/, line);
  }
});

test("a long line is read at once, and one of brackets alone does no harm", (t) => {
  const pad = "x".repeat(4 * 1024 * 1024);
  t.deepEqual(read(`INFO {"value": 1, "pad": "${pad}"}`)[0], { kind: "result", result: 1 });
  for (const text of ['{"', '[{"value" ', "[[[[ ", '"\\', '{"value": [', '{"a":1,']) {
    t.deepEqual(read(`"value"${text.repeat(100_000)}`), [{ kind: "output" }], text);
  }
});
