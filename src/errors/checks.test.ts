import test from "ava";
import {
  requireAtLeast,
  requireCoefficient,
  requireFinite,
  requireInteger,
  requireKnown,
  requireNonNegative,
  requireOneOf,
  requirePositive,
  requireWithin,
} from "./checks.ts";
import { counted } from "./counted.ts";
import { HpoError } from "./errors.ts";

/** None of them is a number, whatever their types claim in plain JavaScript. */
const NO_NUMBERS = [NaN, undefined, null, "1", "", 1n, [], {}, true, () => 1, Symbol("one")];

test("every check of a number refuses what is none, by name and value", (t) => {
  const checks: Readonly<Record<string, (value: unknown) => void>> = {
    integer: (value) => requireInteger("run: x", value, 0),
    within: (value) => requireWithin("run: x", value, -Infinity, Infinity),
    positive: (value) => requirePositive("run: x", value),
    nonNegative: (value) => requireNonNegative("run: x", value),
    finite: (value) => requireFinite("run: x", value),
    coefficient: (value) => requireCoefficient("run: x", value),
  };
  for (const [name, check] of Object.entries(checks)) {
    for (const value of NO_NUMBERS) {
      const { message } = t.throws(() => check(value), { instanceOf: HpoError }, name);
      t.regex(message, /^run: x=.* must be an? .*number|^run: x=.* must be an integer/s);
    }
    t.notThrows(() => check(name === "integer" ? 1 : 0.5), name);
  }
});

test("the bounds of each are as its message says", (t) => {
  const refused: readonly (readonly [() => void, string])[] = [
    [
      () => requireInteger("workers", 0, 1, "Give one."),
      "workers=0 must be an integer ≥ 1. Give one.",
    ],
    [() => requireInteger("low", 0.5, -Infinity), "low=0.5 must be an integer."],
    [
      () => requireInteger("n", 2 ** 53, 0),
      "n=9007199254740992 must be an integer ≥ 0 and within ±9007199254740991.",
    ],
    [() => requireWithin("p", 1.1, 0, 1), "p=1.1 must be a number ≥ 0 and ≤ 1."],
    [() => requireWithin("p", 0, 0, 1, { open: true }), "p=0 must be a number > 0 and ≤ 1."],
    [() => requireWithin("p", -1, 0, Infinity), "p=-1 must be a number ≥ 0."],
    [() => requirePositive("b", Infinity), "b=Infinity must be a finite number > 0."],
    [() => requireNonNegative("b", -0.1), "b=-0.1 must be a finite number ≥ 0."],
    [() => requireCoefficient("beta", 1), "beta=1 must be a number ≥ 0 and < 1."],
    [() => requireOneOf("mode", "fast", ["a", "b"]), 'mode="fast" must be one of a, b.'],
    [() => requireAtLeast("runs", [1], 2), "1 runs are too few. Give at least 2."],
  ];
  for (const [check, message] of refused) t.throws(check, { instanceOf: HpoError, message });
  t.notThrows(() => {
    requireInteger("n", Number.MAX_SAFE_INTEGER, 0);
    requireWithin("p", 0, 0, 1);
    requireWithin("p", Infinity, 0, Infinity);
    requireCoefficient("beta", 0);
    requireOneOf("mode", "a", ["a", "b"]);
    requireAtLeast("runs", [1, 2], 2);
  });
});

test("a noun is counted as English does", (t) => {
  t.is(counted(1, "trial"), "1 trial");
  t.is(counted(0, "trial"), "0 trials");
  t.is(counted(2, "entry", "entries"), "2 entries");
});

test("an unknown option is named with the one that was meant, or with all", (t) => {
  const given = (options: object, known: readonly string[]) => () =>
    requireKnown("median", options, known);
  t.throws(given({ startup: 3 }, ["startupTrials"]), { message: /no option "startup"/ });
  t.throws(given({ warmUpSteps: 3 }, ["warmupSteps", "minTrials"]), {
    message:
      'median: there is no option "warmUpSteps". Did you mean "warmupSteps"? ' +
      "The options are warmupSteps, minTrials.",
  });
  t.throws(given({ constructor: 3 }, []), { message: /no option "constructor"\. It has none\./ });
  t.notThrows(given({ minTrials: undefined }, ["minTrials"]));
});
