import test from "ava";
import fc from "fast-check";
import { lineSplitter } from "./line-splitter.ts";
import { outputTail } from "./output-tail.ts";

test("what fits is kept as it is; of more, the last whole lines, and what is gone is counted", (t) => {
  const lines = fc.array(fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\n", " ")));
  fc.assert(
    fc.property(lines, fc.integer({ min: 8, max: 64 }), (texts, limit) => {
      const tail = outputTail(limit);
      const all = texts.map((text) => `${text}\n`).join("");
      for (const text of texts) tail.add(`${text}\n`);
      const [, dropped, kept] = /^(?:\[(\d+) bytes before this were dropped\]\n)?([^]*)$/.exec(
        tail.text(),
      )!;
      const keptBytes = Buffer.byteLength(kept);
      return (
        all.endsWith(kept) &&
        keptBytes <= limit &&
        keptBytes + Number(dropped ?? 0) === Buffer.byteLength(all)
      );
    }),
  );
  t.pass();
});

test("unless another limit is given it holds 64 KiB with its note", (t) => {
  const tail = outputTail();
  for (let i = 0; i < 20_000; i++) tail.add("1234567\n");
  const bytes = Buffer.byteLength(tail.text());
  t.true(bytes <= 64 * 1024 && bytes > 64 * 1024 - 64, `${bytes}`);
});

test("one huge line is cut at a whole character", (t) => {
  const tail = outputTail(10);
  tail.add("€".repeat(20));
  t.is(tail.text(), "[51 bytes before this were dropped]\n€€€");
});

test("lines come out whole however the bytes are cut", (t) => {
  const text = "one\r\ntwo π €\n\nprogress 1\rprogress 2\nlast";
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const lines: string[] = [];
    const splitter = lineSplitter({ line: (line) => lines.push(line), fragment: () => t.fail() });
    for (let at = 0; at < bytes.length; at += size) splitter.add(bytes.subarray(at, at + size));
    splitter.end();
    t.deepEqual(lines, ["one", "two π €", "", "progress 1", "progress 2", "last"]);
  }
});
