import test from "ava";
import { withoutIgnored } from "./ignored.ts";
import { lastTelling, linesOf } from "./lines.ts";
import { tracebacksIn } from "./tracebacks.ts";

const HEADER = "Traceback (most recent call last):";
const HANDLING = "During handling of the above exception, another exception occurred:";
const CAUSED = "The above exception was the direct cause of the following exception:";
const frame = (code = "<module>") => `  File "train.py", line 9, in ${code}`;
const thrown = (line: string, code?: string) => [HEADER, frame(code), "    f()", line];

test("a traceback is read with its place, its message and where it ends", (t) => {
  const [first, second, ...more] = tracebacksIn([
    "loading",
    ...thrown("ValueError: bad lr"),
    "hint: lower it",
    "",
    ...thrown("KeyError: 'x'", "main"),
    ...thrown("TypeError: y", "_wrap"),
  ]);
  t.deepEqual(first, {
    ...{ line: "ValueError: bad lr", message: "ValueError: bad lr\nhint: lower it", causes: [] },
    ...{ before: "loading", isElsewhere: false, isFromTop: true, start: 1, end: 5 },
  });
  t.deepEqual(second, {
    ...{ line: "KeyError: 'x'", message: "KeyError: 'x'", causes: [] },
    ...{ before: "hint: lower it", isElsewhere: false, isFromTop: false, start: 7, end: 11 },
  });
  t.deepEqual(more, [
    {
      ...{ line: "TypeError: y", message: "TypeError: y", causes: [] },
      ...{ before: "KeyError: 'x'", isElsewhere: false, isFromTop: true, start: 11, end: 15 },
    },
  ]);
});

test("a message goes on to an empty line, or to what Python prints behind it", (t) => {
  const long = Array.from({ length: 60 }, (_, at) => `line ${at}`);
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["E: a"], "E: a"],
    [["E: a", ""], "E: a"],
    [["E: a", "", "b"], "E: a"],
    [["E: a", "b", " ", "c"], "E: a\nb"],
    [["E:", "", "b"], "E:\n\nb"],
    [["E: ", "b", "", "c"], "E: \nb\n\nc"],
    [["E:", "", ...thrown("F: b")], "E:\n"],
    [["E:", "b", HANDLING, "c"], "E:\nb"],
    [["E:", "b", CAUSED, "c"], "E:\nb"],
    [["E: a", HANDLING], "E: a"],
    [["E: a", CAUSED], "E: a"],
    [["E: a", ...thrown("F: b")], "E: a"],
    [["E: a", ...long], ["E: a", ...long.slice(0, 39)].join("\n")],
  ];
  for (const [tail, message] of cases) {
    const [one] = tracebacksIn([HEADER, frame(), ...tail]);
    t.is(one.message, message, tail.join("|"));
    t.is(one.end, 3);
  }
});

test("the frames are what is indented; torn ones, and a header without any, are no traceback", (t) => {
  const ends = (...lines: string[]) => tracebacksIn(lines).map(({ line, end }) => [line, end]);
  t.deepEqual(ends(HEADER, frame(), "", frame(), "E: a"), [["E: a", 5]]);
  t.deepEqual(ends(HEADER, "", frame(), "E: a"), [["E: a", 4]]);
  t.deepEqual(ends(HEADER, frame(), "", "E: a"), [["", 3]], "nothing stands below the frames");
  t.deepEqual(ends(HEADER, frame(), "", "", frame(), "E: a"), [["", 3]]);
  t.deepEqual(ends(HEADER, "E: a"), []);
  t.deepEqual(ends(HEADER), []);
  t.deepEqual(ends(HEADER, frame()), []);
  t.deepEqual(ends(HEADER, frame(), ""), [["", 3]]);
  t.deepEqual(ends("[9 bytes before this were dropped]", frame(), "E: a"), [["E: a", 3]]);
  t.deepEqual(ends("[9 bytes were dropped]", frame(), "E: a"), []);
  t.true(tracebacksIn(["[9 bytes before this were dropped]", frame("f"), "E: a"])[0].isFromTop);
  for (const code of ["<module>", "<cell line: 3>", "_run_code", "_bootstrap_inner", "_wrap"]) {
    t.true(tracebacksIn(thrown("E: a", code))[0].isFromTop, code);
  }
  for (const code of ["f", "my_wrap", "<lambda>"]) {
    t.false(tracebacksIn(thrown("E: a", code))[0].isFromTop, code);
  }
});

test("what stands before a traceback tells where it was raised", (t) => {
  const read = (...lines: string[]) => {
    const { before, isElsewhere } = tracebacksIn(lines)[0];
    return [before, isElsewhere] as const;
  };
  const bare = thrown("E: a");
  t.deepEqual(read(...bare), ["", false]);
  t.deepEqual(read("a", "b", ...bare), ["b", false]);
  t.deepEqual(read("a", "", " ", ...bare), ["a", false]);
  t.deepEqual(read("a", "", "", "", ...bare), ["", false], "too far above");
  t.deepEqual(read("a", `[rank1]: ${HEADER}`, ...bare.slice(1)), ["[rank1]:", false]);
  const thread = "Exception in thread Thread-1 (load):";
  t.deepEqual(read(thread, ...bare), [thread, true]);
  const never = "Task exception was never retrieved";
  t.deepEqual(read(never, "future: <Task>", ...bare), [never, true]);
  t.deepEqual(read(never, "b", "future: <Task>", ...bare), [never, true]);
  t.deepEqual(read(never, "b", "c", "future: <Task>", ...bare), ["future: <Task>", false]);
  for (const line of ["Process SpawnProcess-1:", "ForkServerProcess-2:", "Process-1:"]) {
    t.is(read(line, ...bare)[1], /^\S+$/.test(line), line);
  }
});

test("of a chain the last is read, with its direct causes, in the place of the first", (t) => {
  const chain = (word: string, last: string) => ["", word, "", ...thrown(last)];
  const all = tracebacksIn([
    "Exception in thread Thread-1:",
    ...thrown("A: 1", "f"),
    ...chain(CAUSED, "B: 2"),
    ...chain(CAUSED, "C: 3"),
  ]);
  t.deepEqual(all, [
    {
      ...{ line: "C: 3", message: "C: 3", causes: ["A: 1", "B: 2"] },
      ...{ before: "Exception in thread Thread-1:", isElsewhere: true, isFromTop: true },
      ...{ start: 1, end: 19 },
    },
  ]);
  const handled = tracebacksIn([...thrown("A: 1"), ...chain(HANDLING, "B: 2"), ...thrown("C: 3")]);
  t.deepEqual(
    handled.map(({ line, causes, start }) => [line, causes, start]),
    [
      ["B: 2", [], 0],
      ["C: 3", [], 11],
    ],
  );
  const torn = tracebacksIn([...thrown("A: 1"), "", CAUSED, "", "the end"]);
  t.deepEqual(
    torn.map(({ line }) => line),
    ["A: 1"],
  );
});

test("one that is a part of another's message replaces it, and keeps its place", (t) => {
  const [loader, ...others] = tracebacksIn([
    "before",
    ...thrown("E: Caught E in DataLoader worker process 0.", "f"),
    `Original ${HEADER}`,
    ...thrown("E: why").slice(1),
  ]);
  t.deepEqual(others, []);
  t.like(loader, { line: "E: why", before: "before", isFromTop: false, start: 1, end: 9 });
  const spawned = tracebacksIn([
    ...thrown("E: "),
    "",
    "-- Process 0 terminated with the following error:",
    ...thrown("F: why", "f"),
  ]);
  t.deepEqual(
    spawned.map(({ line, isFromTop, start }) => [line, isFromTop, start]),
    [["F: why", true, 0]],
  );
  const alone = tracebacksIn([`Original ${HEADER}`, ...thrown("E: why").slice(1)]);
  t.like(alone[0], { line: "E: why", start: 0, before: "" });
});

test("a group is told with the first error in it that is no group itself", (t) => {
  const group = (...lines: string[]) => [
    "  + Exception Group Traceback (most recent call last):",
    ...lines,
  ];
  const all = tracebacksIn([
    ...thrown("A: 1"),
    ...group(
      '  |   File "t.py", line 2, in <module>',
      "  | ExceptionGroup: two (2 sub-exceptions)",
      "  +-+---------------- 1 ----------------",
      "    | ExceptionGroup: inner (1 sub-exception)",
      "    +-+---------------- 1 ----------------",
      "      | ValueError: bad",
      "      +------------------------------------",
    ),
    "after",
  ]);
  t.is(all.length, 2);
  t.like(all[1], {
    ...{ line: "ExceptionGroup: two (2 sub-exceptions): ValueError: bad", isElsewhere: false },
    ...{ isFromTop: true, start: 4, end: 12, before: "" },
  });
  t.is(
    all[1].message,
    "ExceptionGroup: two (2 sub-exceptions)\nExceptionGroup: inner (1 sub-exception)\nValueError: bad",
  );
  const inner = tracebacksIn(group('  |   File "t.py", line 2, in f', "  | ExceptionGroup: none"));
  t.like(inner[0], { line: "ExceptionGroup: none", isFromTop: false, start: 0, end: 3 });
  t.like(tracebacksIn(group())[0], { line: "ExceptionGroup", message: "", end: 1 });
});

test("errors that Python ignores are left out whole, and nothing else", (t) => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ["a", "Exception ignored in: <x>", ...thrown("E: a"), "b"],
      ["a", "b"],
    ],
    [
      ["a", "Exception ignored in: <x>", "E: a", "b"],
      ["a", "b"],
    ],
    [["Exception ignored while flushing", "BrokenPipeError", "b"], ["b"]],
    [
      ["Exception ignored in: <x>", "no error follows", "b"],
      ["no error follows", "b"],
    ],
    [["Exception ignored in: <x>"], []],
    [["Exception ignored in: <x>", HEADER], []],
    [["Exception ignored in: <x>", HEADER, frame()], []],
    [["Error in atexit._run_exitfuncs:", ...thrown("E: a"), "E: b"], ["E: b"]],
    [
      [
        ...["--- Logging error ---", ...thrown("E: a"), "Call stack:", frame(), "    f()"],
        ...["Message: 'x'", "Arguments: (1,)", "b"],
      ],
      ["b"],
    ],
    [["--- Logging error ---", ...thrown("E: a"), "Message: 'x'"], []],
    [
      ["a", ...thrown("E: a")],
      ["a", ...thrown("E: a")],
    ],
    [["Exception ignored in: <x>", "Exception ignored in: <y>", "E: a", "b"], ["b"]],
  ];
  for (const [lines, kept] of cases) t.deepEqual(withoutIgnored(lines), kept, lines.join("|"));
});

test("the last line that tells something is found below bars, boxes, hints and warnings", (t) => {
  const rule = "-".repeat(20);
  const cases: readonly (readonly [string | undefined, readonly string[]])[] = [
    [undefined, []],
    [undefined, ["", "---", "UserWarning: x"]],
    ["a", ["a"]],
    ["b", ["a", "b"]],
    ["a", ["a", "  at b"]],
    ["at b", ["  at a", "  at b"]],
    ["a", ["a", " 45%|####5     | 45/100"]],
    ["a", ["a", "Node.js v22.1.0"]],
    ["a", ["a", rule, "inside", rule]],
    ["b", ["a", rule, "inside", rule, "b"]],
    ["inside", [rule, "inside", rule]],
    ["a", ["[rank0]: a"]],
    ["a", ["(train pid=7) a"]],
  ];
  for (const [line, lines] of cases) t.is(lastTelling(lines), line, lines.join("|"));
  t.deepEqual(linesOf("a\r\nb\rc\n\n \u001b[31md\u001b[0m\n\n"), ["a", "b", "c", "", " d"]);
});
