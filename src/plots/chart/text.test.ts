import test from "ava";
import { printable, shorten, textWidth, wrapped } from "./text.ts";
import { thin } from "./thin.ts";

test("a name is drawn in one line, without signs that turn or hide what follows", (t) => {
  t.is(printable("a\nb\u0000\u202ec\ud800"), "a□b□□c□");
  t.is(printable("ünï 日本 🙂"), "ünï 日本 🙂");
});

test("a text is shortened in its middle to the room that it has", (t) => {
  t.is(shorten("momentum", 200, 12), "momentum");
  for (const text of ["a".repeat(300), "🙂".repeat(200), "日本語".repeat(99), "x".repeat(1e6)]) {
    const short = shorten(text, 80, 12);
    t.true(textWidth(short, 12) <= 80 && short.includes("…"), short);
    t.notRegex(short, /\ud83d(?![\udc00-\udfff])/, "no half of a sign");
  }
  t.is(shorten("encoderLayers", 70, 12), "encoder…rs");
});

test("facts are joined while a line has room", (t) => {
  t.deepEqual(wrapped(["best 0.01 at trial 3", "5 complete"], 400, 12), [
    "best 0.01 at trial 3 · 5 complete",
  ]);
  t.is(wrapped(["best 0.01 at trial 3", "5 complete"], 150, 12).length, 2);
});

test("of too many points every extreme and the best tenth stay, and it is said", (t) => {
  const count = 5000;
  const values = Array.from({ length: count }, (_, i) => (i * 7919) % count);
  values[17] = NaN;
  const column = values.map((_, i) => (i === 3210 ? 99 : i === 1234 ? -99 : i % 10));
  const { kept, said } = thin(values, [column], 1000);
  t.true(kept.length <= 1010 && kept.length > 900);
  t.is(said, `${kept.length} of 5000 trials drawn: the best tenth, extremes, the rest evenly`);
  const has = new Set(kept);
  t.true(has.has(3210) && has.has(1234));
  t.true(values.every((value, i) => !(value < 499) || has.has(i)));
  t.deepEqual(
    kept,
    [...kept].sort((a, b) => a - b),
  );
  t.deepEqual(thin(values, [column], 1000).kept, kept);
  t.deepEqual(thin([3, 1], [], 2), { kept: [0, 1] });
});
