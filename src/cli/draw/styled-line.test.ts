import fc from "fast-check";
import test from "ava";
import { fitted, joined, lineWidth, painted, piece, wantsColors } from "./styled-line.ts";
import { cutAtEnd, cutInMiddle, widthOf } from "./width.ts";

// A user would miss: lines that never wrap, whatever names hold and however narrow the terminal is.

test("a text is cut at its end, a name in its middle, wide characters counted as two", (t) => {
  t.is(cutAtEnd("best 0.1", 8, true), "best 0.1");
  t.is(cutAtEnd("best 0.1 lr=1", 9, true), "best 0.1…");
  t.is(cutAtEnd("best 0.1 lr=1", 9, false), "best 0...");
  t.is(cutAtEnd("学習率", 5, true), "学習…");
  t.is(cutInMiddle("encoder.layer.3.dropout", 11, true), "encod…opout");
  t.is(cutInMiddle("学習率の減衰", 9, true), "学習…減衰");
  t.is(cutInMiddle("family 👩‍👩‍👧‍👦 e\u0301", 40, true), "family 👩‍👩‍👧‍👦 e\u0301");
});

const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);
const lines = fc.array(
  texts.map((text) => piece(text)),
  { maxLength: 5 },
);

test("no line is wider than its room, and what fits is whole", (t) => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 60 }), fc.boolean(), (line, room, unicode) => {
      t.true(lineWidth(fitted(line, room, unicode)) <= room);
      t.true(lineWidth(joined([line, line], room, "  ", unicode)) <= room);
      for (const { text } of line) t.true(widthOf(cutInMiddle(text, room, unicode)) <= room);
      const isWhole = lineWidth(line) <= room;
      if (isWhole) t.is(painted(fitted(line, room, unicode), false), painted(line, false));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("groups that have no room are left out, and the first is cut", (t) => {
  const groups = [[piece("first")], [piece("much longer")], [piece("short")]];
  const at = (room: number): string => painted(joined(groups, room, "  ", true), false);
  t.is(at(40), "first  much longer  short");
  t.is(at(18), "first  much longer");
  t.is(at(14), "first");
  t.is(at(4), "fir…");
});

test("what a terminal would obey is shown instead", (t) => {
  t.is(painted([piece("a\u001b[2Jb\n", "red")], false), "a\\x1b[2Jb\\n");
});

test("NO_COLOR, then FORCE_COLOR, then the terminal says whether there are colours", (t) => {
  const terminal = { isTTY: true };
  const pipe = { isTTY: false };
  t.true(wantsColors(terminal, {}));
  t.false(wantsColors(pipe, {}));
  t.false(wantsColors(terminal, { TERM: "dumb" }));
  t.false(wantsColors(terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }));
  t.true(wantsColors(terminal, { NO_COLOR: "" }));
  t.true(wantsColors(pipe, { FORCE_COLOR: "1" }));
  t.false(wantsColors(terminal, { FORCE_COLOR: "0" }));
  t.is(painted([piece("x", "red")], true), "\u001b[31mx\u001b[39m");
});
