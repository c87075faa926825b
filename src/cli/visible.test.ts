import test from "ava";
import fc from "fast-check";
import { quotedName, visible, visibleJson, visibleLine, visibleOutput } from "./visible.ts";

test("what a terminal would obey is shown instead, and line breaks and tabs are kept", (t) => {
  t.is(visible("a\u001b[31mred\u0007\r\u009bX\n\tb"), "a\\x1b[31mred\\x07\\r\\u009bX\n\tb");
  t.is(
    visible("\u001b]0;owned\u0007\u001b]8;;http://x\u001b\\"),
    "\\x1b]0;owned\\x07\\x1b]8;;http://x\\x1b\\",
  );
  t.is(visible("evil\u202etxt.exe"), "evil\\u202etxt.exe", "text that is turned around");
  t.is(visible("Größe 学習率 🙂"), "Größe 学習率 🙂");
  t.is(visibleLine("a\nb\tc"), "a\\nb\\tc");
  t.is(quotedName("a\nb"), '"a\\nb"');
});

test("what a program printed loses its colours, and all but the last state of a bar", (t) => {
  t.is(visibleOutput("\u001b[1mloss\u001b[0m 0.5"), "loss 0.5");
  t.is(visibleOutput(" 10%|#  |\r 99%|###|\r"), " 99%|###|");
  t.is(visibleOutput("\u001b]0;title\u0007ok\b"), "ok\\x08");
});

test("JSON says the same with escapes in its strings", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = visibleJson({ [text]: text });
      t.notRegex(json, /[\p{Cc}\u202e]/u);
      t.deepEqual(JSON.parse(json), { [text]: text });
    }),
    { numRuns: 200 },
  );
});
