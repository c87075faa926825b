import test from "ava";
import { textTable } from "./table.ts";

test("columns stand under their heads, wide characters counted as two", (t) => {
  t.is(
    textTable(
      ["name", "n", "end"],
      [
        ["学習", "1", "a"],
        ["long name", "20", ""],
      ],
    ),
    "name       n   end\n学習       1   a\nlong name  20",
  );
});

test("a line break or an escape in a cell makes no row of its own", (t) => {
  t.is(textTable(["a", "b"], [["x\ny", "\u001b[2Jz"]]), "a     b\nx\\ny  \\x1b[2Jz");
});

test("at a width the last column is broken at blanks, and nothing is left out", (t) => {
  const text = textTable(["trial", "parameters"], [["7", "lr=0.001 momentum=0.9 depth=12"]], 30);
  t.is(text, "trial  parameters\n7      lr=0.001 momentum=0.9\n       depth=12");
  const words = "a".repeat(40);
  t.true(textTable(["x", "y"], [["1", words]], 30).includes(words));
  t.true(
    textTable(["x", "y"], [["1".repeat(25), "a b c d"]], 30).includes("a b c d"),
    "no room at all",
  );
});

test("a long name leaves room for the other columns at a terminal, and is whole in a pipe", (t) => {
  const name = `sweep-${"x".repeat(300)}-7`;
  const [, line] = textTable(["study", "complete"], [[name, "12"]], 90).split("\n");
  t.regex(line, /^sweep-x+(…|\.\.)x+-7 {2}12$/);
  t.true(line.length <= 34);
  t.true(textTable(["study", "complete"], [[name, "12"]]).includes(name));
  t.true(textTable(["study"], [[name]], 90).includes(name), "a column that stands alone");
});
