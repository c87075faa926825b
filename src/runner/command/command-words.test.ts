import { homedir } from "node:os";
import test from "ava";
import { splitWords, tokens, type Piece, type Token } from "./command-words.ts";
import { fitsPlaceholder, partsOf, placeholderAt, type Part } from "./placeholders.ts";

/** A word's pieces: plain text, 'single' and "double" ones. */
const shown = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ text, quote }) =>
      quote === "none" ? text : quote === "single" ? `'${text}'` : `"${text}"`,
    )
    .join("+");
const words = (line: string): string[] => splitWords(line).map(shown);

test("a line is split into words and their quoted and bare pieces", (t) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    ["  ", []],
    ["a", ["a"]],
    [" a  b\t c ", ["a", "b", "c"]],
    ["a'b'c", ["a+'b'+c"]],
    ["'a b'", ["'a b'"]],
    ["''", ["''"]],
    ['""', ['""']],
    ['a "" b', ["a", '""', "b"]],
    ["'a''b'", ["'ab'"]],
    ['"a""b"c', ['"ab"+c']],
    ["a\\ b", ["a+' '+b"]],
    ["a\\'b", ["a+'''+b"]],
    ["\\\\", ["'\\'"]],
    ["a\\", ["a\\"]],
    [`"a\\"b"`, [`"a"b"`]],
    [`"a\\\\b"`, [`"a\\b"`]],
    [`"a\\$b"`, [`"a$b"`]],
    ['"a\\`b"', ['"a`b"']],
    [`"a\\nb"`, [`"a\\nb"`]],
    [`'a\\'`, [`'a\\'`]],
    [`'a"b'`, [`'a"b'`]],
    [`"a'b"`, [`"a'b"`]],
    ["a\\\nb", ["a", "b"]],
    ["a \\\r\n b", ["a", "b"]],
    ["a \\  b", ["a", "b"]],
    ['"a\\\nb"', ['"ab"']],
    ["a#b", ["a#b"]],
    ["{a b}", ["{a", "b}"]],
    ["{a|b c}d", ["{a|b c}d"]],
    ["{a?b c|d}", ["{a?b c|d}"]],
    ["{{a}}", ["{{a}}"]],
    ["a$", ["a$"]],
    ["a$ b", ["a$", "b"]],
    ["~", [`'${homedir()}'`]],
    ["~/x", [`'${homedir()}'+/x`]],
    ["a ~ b", ["a", `'${homedir()}'`, "b"]],
    ["a~", ["a~"]],
    ["'~'", ["'~'"]],
    ["'*' \"*\" \\*", ["'*'", '"*"', "'*'"]],
  ];
  for (const [line, expected] of cases) t.deepEqual(words(line), expected, JSON.stringify(line));
});

test("what a shell would have to do is refused where it would do it", (t) => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["a | b", /unquoted \|,/],
    ["a&b", /unquoted &,/],
    ["a; b", /unquoted ;,/],
    ["a <b", /unquoted <,/],
    ["a >b", /unquoted >,/],
    ["a *b", /unquoted \*,/],
    ["a *", /unquoted \*,/],
    ["# a", /unquoted #,/],
    ["a # b", /unquoted #,/],
    ["a \\  # b", /unquoted #,/],
    ["a\nb", /several lines/],
    ["a $b c", /has \$b,/],
    ["a ${b}", /has \$\{b\},/],
    ["a ${b", /has \$\{b,/],
    ['"$b"', /has \$b,/],
    ['"a`b"', /has `,/],
    ["a $(b)", /has \$\(,/],
    ["$?", /has \$\?,/],
    ["$$", /has \$\$,/],
    ["~a", /another user's home/],
    ["~'a'", /another user's home/],
    ["'a", /opens a ' at character 1 and/],
    ["ab \"c'", /opens a " at character 4 and/],
    [`a "b\\"`, /opens a " at character 3 and/],
  ];
  for (const [line, message] of refused) t.throws(() => splitWords(line), { message }, line);
});

test("each token tells its text, its kind and where the line goes on", (t) => {
  const one = (text: string, kind: Token["kind"], end: number): Token => ({ text, kind, end });
  const cases: readonly (readonly [string, readonly Token[]])[] = [
    ["", []],
    ["a b", [one("a", "none", 1), one(" ", "space", 2), one("b", "none", 3)]],
    ["'ab'c", [one("ab", "single", 4), one("c", "none", 5)]],
    ["\\ab", [one("a", "single", 2), one("b", "none", 3)]],
    ["a\\", [one("a", "none", 1), one("\\", "none", 2)]],
    ["\\\na", [one("", "space", 2), one("a", "none", 3)]],
    ["\\\r\na", [one("", "space", 3), one("a", "none", 4)]],
    [" \\ \ta", [one(" ", "space", 1), one("\\ \t", "folded", 4), one("a", "none", 5)]],
    [
      ";#a\nb",
      [
        one(";", "operator", 1),
        one("#a", "comment", 3),
        one("\n", "space", 4),
        one("b", "none", 5),
      ],
    ],
    ["#a", [one("#a", "comment", 2)]],
    ["a#", [one("a", "none", 1), one("#", "none", 2)]],
    ["''#", [one("", "single", 2), one("#", "none", 3)]],
    ["$ab$", [one("$ab", "variable", 3), one("$", "none", 4)]],
    ["{a}b", [one("{a}", "none", 3), one("b", "none", 4)]],
    ['"a$b c"', [one("a", "double", 4), one("$b", "variable", 4), one(" c", "double", 7)]],
    ['"$a"', [one("", "double", 3), one("$a", "variable", 3), one("", "double", 4)]],
    ['"a\\\nb"', [one("ab", "double", 6)]],
  ];
  for (const [line, expected] of cases) t.deepEqual(tokens(line), expected, JSON.stringify(line));
});

test("a text is its literal parts and its placeholders, in their order", (t) => {
  const value = (name: string, fallback?: string): Part => ({ kind: "value", name, fallback });
  const piece = (name: string, then: string, otherwise = ""): Part => ({
    ...{ kind: "conditional", name, then, otherwise },
  });
  const cases: readonly (readonly [string, readonly Part[]])[] = [
    ["", [""]],
    ["a", ["a"]],
    ["{a}", [value("a")]],
    ["{a}{b}", [value("a"), value("b")]],
    ["x{a}y", ["x", value("a"), "y"]],
    ["{a|}", [value("a", "")]],
    ["{a|b c}", [value("a", "b c")]],
    ["{{a}}", ["{a}"]],
    ["x{{a}}y{b}z", ["x{a}y", value("b"), "z"]],
    ["{a?b}", [piece("a", "b")]],
    ["{a?b|c}", [piece("a", "b", "c")]],
    ["{a?|c}", [piece("a", "", "c")]],
    ["{a?b|c|d}", [piece("a", "b", "c|d")]],
    ["{a?{b|1}|{c|2}}", [piece("a", "{b|1}", "{c|2}")]],
    ["{a?{b|1}}", [piece("a", "{b|1}")]],
    ["{a?}", [piece("a", "")]],
    ["{a b}", ["{a b}"]],
    ["{}", ["{}"]],
    ["{", ["{"]],
    ['{"a": 1}', ['{"a": 1}']],
  ];
  for (const [text, parts] of cases) t.deepEqual(partsOf(text), parts, text);
  const isLiteral = (name: string, before: string) => name === "a" && before.endsWith("$");
  t.deepEqual(partsOf("x${a}{a}${b}", isLiteral), ["x${a}", value("a"), "$", value("b")]);
});

test("a placeholder is found where it begins, and only a name without spaces or marks fits", (t) => {
  t.is(placeholderAt("x{a}y", 1), "{a}");
  t.is(placeholderAt("x{a}y", 0), undefined);
  t.is(placeholderAt("x{a}y", 2), undefined);
  t.is(placeholderAt("{a|b}{c}", 0), "{a|b}");
  t.is(placeholderAt("{a|b}{c}", 5), "{c}");
  for (const name of ["a", "a.b", "a:b", "π", "0"]) t.true(fitsPlaceholder(name), name);
  for (const name of ["", "a b", "a|b", "a?b", "a}", "{a", 'a"', "a'"])
    t.false(fitsPlaceholder(name));
});
