import test from "ava";
import { numberIn, numberOfJson, parseLoosely } from "./number-in.ts";

test("a number is read as programs write it, with what stands around it", (t) => {
  const numbers: Readonly<Record<string, number>> = {
    "0.5,": 0.5,
    "(0.5)": 0.5,
    "=1e-3;": 1e-3,
    "93.1%": 93.1,
    "5.": 5,
    ".5": 0.5,
    "+2": 2,
    "1.0D-02": 0.01,
    "\u22120.5": -0.5,
    '"0.25"': 0.25,
    " 7 ": 7,
    "3.056 × 10⁻³": 0.003056,
    "3.056x10^-3,": 0.003056,
    "-3.056*10**3": -3056,
    "(3 · 10^{+2})": 300,
    "3X10-3": 0.003,
    "1e400": Infinity,
    "Inf,": Infinity,
    "-infinity": -Infinity,
    "1.#INF": Infinity,
    Infinity: Infinity,
    NaN: NaN,
    "-nan": NaN,
    "nan(ind),": NaN,
    "1.#QNAN": NaN,
    NaN32: NaN,
    "nan)": NaN,
  };
  for (const [text, number] of Object.entries(numbers)) t.is(numberIn(text), number, text);
  for (const text of [
    "",
    "-",
    "...",
    "0,5",
    "1_000",
    "0.5s",
    "3/10",
    "0x1F",
    "0.5 x 1024",
    "3x10",
    "10⁻³",
    "low",
    "infer",
    "1e",
  ]) {
    t.is(numberIn(text), undefined, text);
  }
  t.is(numberIn(" ".repeat(1e6)), undefined);
});

test("bare words of numbers are read in JSON, and no text is harmed", (t) => {
  const read = (json: string): unknown => parseLoosely(json);
  t.deepEqual(read('\ufeff{"a": nan, "b": [-inf, Infinity,NaN], "c": "x: NaN, inf"}'), {
    a: "NaN",
    b: ["-Infinity", "Infinity", "NaN"],
    c: "x: NaN, inf",
  });
  t.deepEqual(read(String.raw`{"a": "\\", "b": nan}`), { a: "\\", b: "NaN" });
  t.deepEqual(["NaN", "-Infinity", null, "0.5", "low", true].map(numberOfJson), [
    ...[NaN, -Infinity, NaN, 0.5, undefined, undefined],
  ]);
  for (const json of ['{"a": banana}', '{"a": nano}']) t.throws(() => read(json), undefined);
});
