import test from "ava";
import { metricReader } from "./command-metric.ts";
import { hasNestedQuantifier, timedMatch } from "./timed-match.ts";

const ENDLESS = "(a+)+(?<value>\\d)$";

test("a pattern that never comes to an end is given up, and one that does is not", (t) => {
  const matchIn = timedMatch(new RegExp(ENDLESS, "d"), 500);
  t.is(matchIn("a".repeat(60)), "tooSlow");
  const match = matchIn("aa7");
  t.is(typeof match === "object" && match?.groups?.value, "7");
  t.is(matchIn("none"), null);
});

test("a pattern is timed where a group that may match in several ways is repeated, or the line is long", (t) => {
  for (const nested of ["(a+)+$", "(?:a|ab)*b", "((a?)b)+", "(?<x>\\w+\\s?)+$", "(a{1,3}){2,}"]) {
    t.true(hasNestedQuantifier(nested), nested);
  }
  for (const plain of [
    "loss=(?<value>\\S+)",
    "epoch (?<step>\\d+).* loss=(?<value>[-+\\d.e]+)",
    "(?:val_)?loss: (.*)",
    "[(+*)]+ (\\d+)",
    "\\(a+\\)+ (\\d)",
    "(?:ab)+ (\\d)",
  ]) {
    t.false(hasNestedQuantifier(plain), plain);
  }
  const slow = timedMatch(new RegExp(`${".*a".repeat(9)}b`, "d"), 50);
  t.is(slow("a".repeat(2000)), "tooSlow");
});

test("a line with which a pattern does not end is told with the pattern, and the others are read", (t) => {
  const { read } = metricReader({ regex: ENDLESS }).reading();
  const [told] = read("a".repeat(60));
  t.regex(
    told.kind === "malformed" ? told.problem : "",
    /^\/\(a\+\)\+\(\?<value>\\d\)\$\/ did not come to an end within 1 s at "a+"\. Write the pattern without/,
  );
  t.deepEqual(read("aa7")[0], { kind: "result", result: 7 });
});
