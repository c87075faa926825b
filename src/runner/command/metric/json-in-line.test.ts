import test from "ava";
import { objectsInLine } from "./json-in-line.ts";

const valuesIn = (line: string): unknown[] => objectsInLine(line).map(({ value }) => value);

test("a quote that is escaped ends no text, one behind an escaped backslash does", (t) => {
  const said = { text: 'he said "{" and "}}"', value: 1 };
  t.deepEqual(valuesIn(`x ${JSON.stringify(said)} y`), [said]);
  const path = { path: "C:\\", value: 2 };
  t.deepEqual(valuesIn(`${JSON.stringify(path)} {"value": 3}`), [path, { value: 3 }]);
  t.deepEqual(valuesIn(JSON.stringify({ text: '\\"{', value: 4 })), [{ text: '\\"{', value: 4 }]);
  t.deepEqual(
    valuesIn('{"text": "no end \\"} {"value": 5}'),
    [{ value: 5 }],
    "behind one broken off",
  );
});

test("what is the inside of something else is no object of its own", (t) => {
  const inner = '{"value": 1}';
  for (const line of [
    `config=${inner}`,
    `dict(${inner})`,
    `'${inner}'`,
    `"${inner}"`,
    `\`${inner}\``,
  ])
    t.deepEqual(valuesIn(line), [], line);
  for (const line of [`config: ${inner}`, `config = ${inner}`, `rank 0${inner}`, inner])
    t.deepEqual(valuesIn(line), [{ value: 1 }], line);
  t.deepEqual(valuesIn(`[${inner}, {"value": 2}]`), [], "a list's");
  t.deepEqual(valuesIn(`{"a": no, "b": ${inner}} ${inner}`), [{ value: 1 }], "of a broken object");
});

test("after eight beginnings that are no JSON the rest is left unread", (t) => {
  const line = (count: number): string =>
    '{"x" '.repeat(count) + "}".repeat(count) + ' {"value": 1}';
  t.deepEqual(valuesIn(line(7)), [{ value: 1 }]);
  t.deepEqual(valuesIn(line(9)), []);
});

test("where an object stands in its line is told to the character", (t) => {
  const line = '[INFO] {"value": {"a": [1, 2]}} done {"value": 6}';
  t.deepEqual(
    objectsInLine(line).map(({ start, end }) => line.slice(start, end)),
    ['{"value": {"a": [1, 2]}}', '{"value": 6}'],
  );
});
