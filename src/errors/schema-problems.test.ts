import test from "ava";
import { z } from "../vendor/zod.ts";
import { HpoError } from "./errors.ts";
import { parsedBy, schemaProblems } from "./schema-problems.ts";

const number = z.number();
const trial = z.strictObject({ number: z.int().min(0), state: z.enum(["complete", "failed"]) });

/** What is said of a value that a schema refuses. */
const said = (schema: z.ZodType, value: unknown): string => {
  const { success, error } = schema.safeParse(value);
  return success ? "taken" : schemaProblems(error, value);
};

const cases: readonly (readonly [string, z.ZodType, unknown, string])[] = [
  ["an empty text", z.string().min(1), "", "The text is empty. Give it at least a letter."],
  ["a short text", z.string().min(3), "ab", 'It must have ≥ 3 characters, got "ab".'],
  ["a number too small", number.min(1), 0, "It must be ≥ 1, got 0."],
  ["a bound that is not allowed", number.positive(), 0, "It must be > 0, got 0."],
  ["a number too large", number.max(9), 10, "It must be ≤ 9, got 10."],
  ["another bound that is not allowed", number.lt(9), 9, "It must be < 9, got 9."],
  ["a list too short", z.array(number).min(1), [], "It must have ≥ 1 entry, got []."],
  ["another kind", z.int(), "7", 'Expected a number, got "7".'],
  ["half a number", z.int(), 0.5, "Expected an integer, got 0.5."],
  ["no number", number, NaN, "Expected a number, got NaN."],
  ["nothing", z.strictObject({ a: z.string() }), {}, "a: It is missing: expected text."],
  ["a word", z.enum(["mean", "last"]), "lsat", 'There is no "lsat". Did you mean "last"?'],
  [
    "an unknown key",
    trial,
    { number: 0, state: "failed", x: 1 },
    'There is no "x" here. Leave it out.',
  ],
  ["another of two", z.union([number, z.null()]), "x", 'Expected a number or null, got "x".'],
  [
    "deep within one of two",
    z.union([z.string(), z.strictObject({ file: z.strictObject({ path: z.string() }) })]),
    { file: { path: 7 } },
    "file.path: Expected text, got 7.",
  ],
  [
    "one of two that is refused",
    z.union([z.array(number), z.string().min(1)]),
    "",
    "The text is empty. Give it at least a letter.",
  ],
  [
    "a question that is none",
    z.discriminatedUnion("do", [
      z.strictObject({ do: z.literal("ask") }),
      z.strictObject({ do: z.literal("tell") }),
    ]),
    { do: "tel" },
    'do: There is no "tel". Did you mean "tell"?',
  ],
  [
    "a check of our own",
    z.custom((value) => value === 1, "Expected the one"),
    2,
    "Expected the one, got 2.",
  ],
];
for (const [what, schema, value, expected] of cases) {
  test(`${what}: the place, the value and the remedy are told`, (t) => {
    t.is(said(schema, value), expected);
  });
}

test("each problem has its line and its place", (t) => {
  t.is(
    said(z.array(trial), [{ number: -1, state: "failed" }, { number: 0 }]),
    '0.number: It must be ≥ 0, got -1.\n1.state: It is missing: expected "complete" or "failed".',
  );
});

test("a length that can't be compared is told, and no error of the schema's library", (t) => {
  const given = { name: { length: { toString: 1, valueOf: 1 } } };
  t.throws(() => parsedBy(z.object({ name: z.string().min(1) }), given, "The file"), {
    instanceOf: HpoError,
    message: 'The file can\'t be read: a "length" in it is no number. Take it out.',
  });
  t.true(parsedBy(z.object({ name: z.string().min(1) }), { name: "a" }, "The file").success);
});
