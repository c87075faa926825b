import test from "ava";
import { createStudy, float, HpoError, searchSpace } from "../index.ts";
import { random } from "../../strategies/index.ts";
import { attributesOf, attributeValue } from "./attribute-value.ts";

// A user would miss: attributes as they were set, and a word where they are that can't be kept.

const refuse = (value: unknown) => () => attributeValue(value, "setUserAttr");

test("plain JSON, NaN and infinities are kept as they are, in a copy", (t) => {
  const value = { a: [1, NaN, -Infinity, "x", true, null], b: { c: new Date(0) }, d: undefined };
  t.deepEqual(attributeValue(value, "a"), {
    a: [1, NaN, -Infinity, "x", true, null],
    b: { c: "1970-01-01T00:00:00.000Z" },
  });
  t.not(attributeValue(value.a, "a"), value.a);
  class Setting {
    depth = 3;
  }
  t.deepEqual(attributeValue(new Setting(), "a"), { depth: 3 });
  const odd = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
  t.deepEqual(Object.entries(attributeValue(odd, "a") as object), Object.entries(odd));
});

test("what JSON can't hold is refused, with its place", (t) => {
  const circle: Record<string, unknown> = { a: 1 };
  circle["self"] = { back: circle };
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const cases: [value: unknown, message: RegExp][] = [
    [1n, /the value is 1n, which can't be stored/],
    [Symbol("a"), /the value is Symbol\(a\)/],
    [() => 1, /the value is a function/],
    [undefined, /the value is undefined/],
    [{ layers: [1, { size: 2n }] }, /layers\[1\]\.size is 2n/],
    [circle, /self\.back holds itself/],
    [deep, /lies more than 500 levels deep/],
    [new Map(), /an object of the kind Map/],
    [[new Float32Array(2)], /\[0\] is an object of the kind Float32Array/],
    [{ r: /x/ }, /r is an object of the kind RegExp/],
    [{ e: new Error("x") }, /e is an object of the kind Error/],
    [Promise.resolve(1), /kind Promise/],
    [
      {
        get a() {
          throw new Error("no");
        },
      },
      /can't be read \(Error: no\)/,
    ],
    [
      {
        toJSON() {
          throw new Error("never");
        },
      },
      /can't be read \(Error: never\)/,
    ],
    [new Date(NaN), undefined as never],
  ];
  for (const [value, message] of cases) {
    if (message) t.throws(refuse(value), { instanceOf: HpoError, message });
  }
  t.is(attributeValue(new Date(NaN), "a"), null);
});

test("one value in two places is no circle", (t) => {
  const shared = { a: 1 };
  t.deepEqual(attributeValue([shared, shared], "a"), [shared, shared]);
});

test("a trial and a study refuse such attributes where they are set, and go on", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: random() });
  await t.throwsAsync(study.setUserAttr("big", 1n), { message: /setUserAttr\("big"\).*1n/ });
  await t.throwsAsync(study.setUserAttr(null as never, 1), { message: /must be a text/ });
  await t.throwsAsync(study.enqueue({ x: 0 }, { userAttrs: { f: () => 1 } }), {
    message: /enqueue: userAttrs\.f: the value is a function/,
  });
  t.throws(() => attributesOf([], "enqueue: userAttrs"), { message: /must be an object/ });
  const trial = (await study.ask())!;
  const kept = { a: 1 };
  trial.setUserAttr("kept", kept);
  kept.a = 2;
  t.throws(() => trial.setUserAttr("big", { n: 1n }), { message: /setUserAttr\("big"\): n is 1n/ });
  t.throws(() => trial.setUserAttr(3 as never, 1), { message: /name=3 must be a text/ });
  const done = await study.tell(trial, 1);
  t.deepEqual(done.userAttrs, { kept: { a: 1 } });
});
