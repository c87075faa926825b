import test from "ava";
import { metricReader } from "./command-metric.ts";
import { timedMatch } from "./timed-match.ts";

const ENDLESS = "(a+)+(?<value>\\d)$";

test("a pattern that never comes to an end is given up, and one that does is not", (t) => {
  const matchIn = timedMatch(new RegExp(ENDLESS, "d"), 50);
  t.is(matchIn("a".repeat(60)), "tooSlow");
  const match = matchIn("aa7");
  t.is(typeof match === "object" && match?.groups?.value, "7");
  t.is(matchIn("none"), null);
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
