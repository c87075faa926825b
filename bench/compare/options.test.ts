import test from "ava";
import { HpoError } from "../../src/errors/errors.ts";
import { globMatcher, parseCount, parseNames, parseSeeds } from "./options.ts";

test("seeds: a count, a range, a list", (t) => {
  t.deepEqual(parseSeeds("3"), [0, 1, 2]);
  t.deepEqual(parseSeeds("7-9"), [7, 8, 9]);
  t.deepEqual(parseSeeds("3,5"), [3, 5]);
  t.deepEqual(parseSeeds("0-1, 20-21,0"), [0, 1, 20, 21]);
});

test("wrong seeds and counts: the flag, the value and the remedy", (t) => {
  for (const text of ["x", "5-3", "-1", "1,,2", "1.5"]) {
    t.throws(() => parseSeeds(text), { instanceOf: HpoError, message: /--seeds .*Give a count/ });
  }
  t.throws(() => parseSeeds("0"), { instanceOf: HpoError, message: /--seeds 0.*at least 1/ });
  for (const text of ["0", "x", "1.5", "-3", ""]) {
    const message = new RegExp(`--trials="${text.replace(".", "\\.")}" must be an integer`);
    t.throws(() => parseCount("--trials", text), { instanceOf: HpoError, message });
  }
});

test("names: each once, unknown ones with the nearest known", (t) => {
  t.deepEqual(parseNames("--suites", "a, b,a", ["a", "b", "c"]), ["a", "b"]);
  t.deepEqual(parseNames("--peers", "", ["a"]), []);
  const known = ["random", "bayesian", "tpe"];
  t.throws(() => parseNames("--strategies", "bayesan", known), {
    instanceOf: HpoError,
    message: /--strategies bayesan: "bayesan" is unknown\. Did you mean "bayesian"\? Known: random/,
  });
  t.throws(() => parseNames("--strategies", "something-else", known), {
    message: /is unknown\. There are/,
  });
});

test("globs: stars, question marks, several; other signs stand for themselves", (t) => {
  const matches = globMatcher("*LSTM128*, lev?8,a.b");
  t.true(matches("patch32_LSTM128_bs128"));
  t.true(matches("levy8"));
  t.false(matches("levy88"));
  t.true(matches("a.b"));
  t.false(matches("axb"));
});
