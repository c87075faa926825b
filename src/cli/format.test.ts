import { execFileSync } from "node:child_process";
import test from "ava";
import { float } from "../space/parameter.ts";
import { searchSpace } from "../space/search-space.ts";
import { storageFlag, studyLine } from "./command-line.ts";
import { firstLine, inline, number, pasteable, spaceLines, trialName, values } from "./format.ts";

const UTF8 = { ...process.env, LC_ALL: "C.UTF-8" };

test("a text that could be read as another value, or breaks a line, stands in quotes", (t) => {
  const params = {
    a: "adam",
    b: "null",
    c: null,
    d: "3",
    e: 3,
    f: "",
    g: "x y",
    h: "x\ny",
    i: true,
  };
  t.is(inline(params), 'a=adam b="null" c=null d="3" e=3 f="" g="x y" h="x\\ny" i=true');
  t.is(inline({ "a b": 1 }), '"a b"=1');
});

test("what somebody wrote is shown as it was written, and all else in full", (t) => {
  const params = { a: 0.00010000000000000009, b: 2.9999999999999982, c: 0.1 + 0.2, d: 1 / 3 };
  t.is(pasteable(params), "{\n  a: 0.0001,\n  b: 3,\n  c: 0.3,\n  d: 0.3333333333333333,\n}");
  for (const value of [0, 5e-324, 1.7976931348623157e308, 0.1234567890123456, 9007199254740992]) {
    t.is(pasteable({ value }), `{\n  value: ${value},\n}`);
  }
  t.is(number(0.123456789), "0.123457");
});

test("messages lose their colours, and continued trials say whose training they went on with", (t) => {
  t.is(firstLine("\u001b[31mbad\u001b[0m thing\nmore"), "bad thing");
  const base = {
    number: 3,
    params: {},
    distributions: {},
    reports: [],
    userAttrs: {},
    systemAttrs: {},
  };
  t.is(trialName({ ...base, state: "running" }), "3");
  t.is(trialName({ ...base, state: "running", continueFrom: 1 }), "3 after 1");
});

test("names that break lines are shown in one", (t) => {
  t.is(values([1], ["a\tb\nc"]), "a\\tb\\nc 1");
  const space = searchSpace({ "x\ny": float(0, 1), lr: float(0, 1) });
  t.deepEqual(spaceLines(space), ["x\\ny  float 0 … 1", "lr    float 0 … 1"]);
});

test("a study's name stands in a command as a shell takes it", (t) => {
  t.is(studyLine("show", "digits"), "hpo study show digits");
  t.is(studyLine("show", "it's mine", [3]), "hpo study show 'it'\\''s mine' 3");
  const name = "it's\ta\nb\u001b2\\\u202e";
  const word = studyLine("show", name).slice("hpo study show ".length);
  t.is(word, "$'it\\'s\\ta\\nb\\x1b2\\\\\\u202e'");
  t.is(execFileSync("bash", ["-c", `printf %s ${word}`], { encoding: "utf8", env: UTF8 }), name);
  t.is(
    studyLine("tell", "-x", [3, "VALUE"], ["--storage a.db"]),
    "hpo study tell --storage a.db -- -x 3 VALUE",
  );
  t.deepEqual(storageFlag("sqlite:hpo.db"), []);
  t.deepEqual(storageFlag("my file.db"), ["--storage 'my file.db'"]);
});

test("numbers are shown with six digits at most, without zeros at their end", (t) => {
  const shown = {
    ...{
      "0.5": 0.5,
      "0.123457": 0.1234567,
      "100.5": 100.5,
      "377770": 377770.4,
      "123457": 123456.7,
    },
    ...{ "0.00001": 1e-5, "1.23457e-7": 1.234567e-7, "1234570": 1234567.8, "1.5e+22": 1.5e22 },
    ...{ "-20.1": -20.10000001, "1000000": 999999.96, "3": 2.9999999 },
  };
  for (const [text, value] of Object.entries(shown)) t.is(number(value), text);
});
