import test from "ava";
import { checkLog, checkReport } from "../check-report.ts";
import { importError } from "../worker/import-error.ts";
import { HpoError } from "../../errors/errors.ts";
import { withoutEscapes } from "../output/escapes.ts";
import { lineSplitter } from "../output/line-splitter.ts";
import { lastLineStart, outputTail } from "../output/output-tail.ts";
import { frameReader, toFrame } from "./frames.ts";
import { markedOutput } from "./marked-output.ts";

test("messages come whole and in order however their bytes are cut", (t) => {
  const messages = [{ a: NaN, b: -0, c: undefined }, "x".repeat(300), [], null];
  const bytes = Buffer.concat(messages.map(toFrame));
  t.is(bytes.readUInt32LE(0), toFrame(messages[0]).length - 4);
  for (let size = 1; size <= bytes.length; size += 13) {
    const heard: unknown[] = [];
    const take = frameReader((message) => heard.push(message));
    for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
    t.deepEqual(heard, messages);
  }
  const one: unknown[] = [];
  const take = frameReader((message) => one.push(message));
  const frame = toFrame("whole");
  take(frame.subarray(0, frame.length - 1));
  t.deepEqual(one, []);
  take(frame.subarray(frame.length - 1));
  t.deepEqual(one, ["whole"]);
  const longest = Buffer.alloc(4);
  longest.writeUInt32LE(2 ** 28);
  t.notThrows(() => take(longest), "it may yet come");
  const header = Buffer.alloc(4);
  header.writeUInt32LE(2 ** 28 + 1);
  t.throws(() => frameReader(() => undefined)(header), { message: /a length of 268435457 bytes/ });
  t.throws(() => frameReader(() => undefined)(Buffer.from([1, 0, 0, 0, 9])), {
    message: /^Something other than hpo wrote to the channel/,
  });
});

test("output is split at its marks, torn ones too, and what only begins like one is printed", (t) => {
  const mark = "\u0001END\n";
  const split = (text: string, size: number) => {
    const heard: string[] = [""];
    const take = markedOutput(mark, {
      print: (more) => (heard[heard.length - 1] += more),
      onMark: () => heard.push(""),
    });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
    return heard;
  };
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a", ["a"]],
    [`a${mark}`, ["a", ""]],
    [`a${mark}b`, ["a", "b"]],
    [`${mark}${mark}b`, ["", "", "b"]],
    [`π${mark}€${mark}`, ["π", "€", ""]],
    ["a\u0001EN", ["a"]],
    ["a\u0001ENDx", ["a\u0001ENDx"]],
    ["a\u0001x", ["a\u0001x"]],
    [`a\u0001E${mark}b`, ["a\u0001E", "b"]],
  ];
  for (const [text, expected] of cases) {
    for (const size of [1, 2, 3, 4, 99])
      t.deepEqual(split(text, size), expected, `${text} ${size}`);
  }
});

test("lines end where a terminal's do, and overlong ones are passed on in pieces", (t) => {
  const split = (chunks: readonly string[], limit: number, isOver = true) => {
    const heard: string[] = [];
    const splitter = lineSplitter(
      {
        line: (text) => heard.push(text),
        fragment: (text) => heard.push(`+${text}`),
        overlong: (bytes) => heard.push(`=${bytes}`),
      },
      limit,
    );
    for (const chunk of chunks) splitter.add(Buffer.from(chunk));
    if (isOver) splitter.end();
    return heard;
  };
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], []],
    [[""], []],
    [["a"], ["a"]],
    [["a\n"], ["a"]],
    [["\n"], [""]],
    [["\n\n"], ["", ""]],
    [["\r"], []],
    [["\r\r"], []],
    [["\r\n"], []],
    [["a\r\n\n"], ["a", ""]],
    [
      ["a\r", "\nb"],
      ["a", "b"],
    ],
    [["a\rb\nc\r\nd"], ["a", "b", "c", "d"]],
    [
      ["a", "b", "\n", "c"],
      ["ab", "c"],
    ],
    [["1234\n"], ["1234"]],
    [["12345\n"], ["+12345", "+\n", "=5"]],
    [
      ["123", "45", "67\nx\n"],
      ["+123", "+45", "+67", "+\n", "=7", "x"],
    ],
    [["12345"], ["+12345", "+\n", "=5"]],
    [["12345\r\nab\n"], ["+12345", "+\n", "=5", "ab"]],
  ];
  for (const [chunks, heard] of cases) t.deepEqual(split(chunks, 4), heard, JSON.stringify(chunks));
  t.deepEqual(split(["ab"], 4, false), [], "it may go on");
});

test("a tail is cut at the start of a line, else of a character", (t) => {
  const from = (text: string, start: number) => {
    const bytes = Buffer.from(text);
    return bytes.subarray(lastLineStart(bytes, start)).toString();
  };
  t.is(from("ab\ncd\nef", 0), "cd\nef");
  t.is(from("ab\ncd\nef", 3), "cd\nef");
  t.is(from("ab\ncd\nef", 4), "ef");
  t.is(from("ab\ncd\nef", 6), "ef");
  t.is(from("ab\ncd\nef", 7), "f");
  t.is(from("abcdef\n", 3), "def\n");
  t.is(from("a€€", 2), "€");
  t.is(from("a€€", 1), "€€");
  const tail = outputTail(4);
  t.is(tail.text(), "");
  tail.add("ab\n");
  t.is(tail.text(), "ab\n");
  tail.add("cd\n");
  t.is(tail.text(), "[3 bytes before this were dropped]\ncd\n");
  tail.add("e\n");
  t.is(tail.text(), "[6 bytes before this were dropped]\ne\n");
});

test("a line is shown as a terminal shows it", (t) => {
  const cases = [
    ["plain", "plain"],
    ["\u001b[31mred\u001b[0m", "red"],
    ["abc\b\bX", "aXc"],
    ["\b\bX", "X"],
    ["ab\bc", "ac"],
    ["a\u0007b", "ab"],
  ];
  for (const [line, shown] of cases) t.is(withoutEscapes(line), shown, JSON.stringify(line));
});

test("what is reported and logged is numbers at whole steps", (t) => {
  for (const value of [0, NaN, -Infinity]) t.notThrows(() => checkReport(value, 0));
  t.throws(() => checkReport("1", 3), {
    message: /^report: at step 3, value="1" must be a number/,
  });
  for (const step of [-1, 0.5, "1", undefined]) {
    t.throws(() => checkReport(1, step), { message: /^report: step=.* must be an integer ≥ 0/ });
    t.throws(() => checkLog({ a: 1 }, step), { message: /^log: step=/ });
  }
  t.notThrows(() => checkLog({ a: 1, b: NaN }, 0));
  t.notThrows(() => checkLog({}, 0));
  for (const values of [3, null, undefined, [1]]) {
    t.throws(() => checkLog(values, 1), {
      message: /^log: values=.* must be an object of numbers/,
    });
  }
  t.throws(() => checkLog({ a: 1, b: "2" }, 5), { message: /^log: at step 5, "b"="2" must be/ });
});

test("an import that fails says what to install, or where hpo refused something", (t) => {
  const missing = (name: string, code = "ERR_MODULE_NOT_FOUND") =>
    Object.assign(new Error(`Cannot find package '${name}' imported from /s/a.ts`), { code });
  const told = (error: unknown) => (importError(error, "/s/a.ts") as Error).message;
  t.is(
    told(missing("left-pad")),
    '/s/a.ts imports "left-pad", which is not installed where it looks for it. Run npm install left-pad in its folder.',
  );
  t.regex(told(missing("left-pad/lib/x")), /Run npm install left-pad in/);
  t.regex(told(missing("@a/b/c")), /Run npm install @a\/b in/);
  const other = [
    missing("left-pad", "ERR_OTHER"),
    missing("./b.js"),
    missing("/b.js"),
    "text",
    null,
  ];
  for (const error of other) t.is(importError(error, "/s/a.ts"), error);
  const refused = new HpoError("float: low=1");
  refused.stack = "HpoError: float: low=1\n    at float (/hpo/f.js:1:2)\n    at /s/a.ts:12:7";
  t.is(told(refused), "/s/a.ts:12: float: low=1");
  const elsewhere = new HpoError("float: low=1");
  elsewhere.stack = "HpoError\n    at /s/b.ts:12:7";
  t.is(importError(elsewhere, "/s/a.ts"), elsewhere);
  const named = new HpoError("/s/a.ts: no");
  named.stack = "HpoError\n    at /s/a.ts:12:7";
  t.is(importError(named, "/s/a.ts"), named);
});
