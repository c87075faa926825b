import test from "ava";
import { lineSplitter } from "./line-splitter.ts";

interface Split {
  readonly lines: string[];
  readonly overlong: number[];
  fragments: string;
}

function split(chunks: readonly (string | Buffer)[], limitBytes?: number, isOver = true): Split {
  const heard: Split = { lines: [], overlong: [], fragments: "" };
  const splitter = lineSplitter(
    {
      line: (line) => heard.lines.push(line),
      fragment: (text) => (heard.fragments += text),
      overlong: (bytes) => heard.overlong.push(bytes),
    },
    limitBytes,
  );
  for (const chunk of chunks) splitter.add(Buffer.from(chunk));
  if (isOver) splitter.end();
  return heard;
}

test("a line that ends in a carriage return is heard at once", (t) => {
  t.deepEqual(split(["50%\r"], undefined, false).lines, ["50%"]);
  t.deepEqual(split(["\r 50%|##  \r", "100%|####\r\n", "\n"], undefined, false).lines, [
    " 50%|##  ",
    "100%|####",
    "",
  ]);
  t.deepEqual(split(["a\r", "\nb\r\r\nc\n\rd"]).lines, ["a", "b", "c", "d"]);
});

test("a line up to the limit is whole however it is cut; a longer one is told with its length", (t) => {
  const whole = Buffer.from(`${"π".repeat(50)}\nnext\n`);
  for (let size = 1; size <= whole.length; size += 7) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    );
    t.deepEqual(split(chunks, 100), {
      lines: ["π".repeat(50), "next"],
      overlong: [],
      fragments: "",
    });
    t.deepEqual(split(chunks, 99), {
      lines: ["next"],
      overlong: [100],
      fragments: `${"π".repeat(50)}\n`,
    });
  }
  t.deepEqual(split(["x".repeat(20)], 10).overlong, [20], "the last line, without its end");
  const large = "y".repeat(4 * 1024 * 1024);
  t.is(split([large, "\n"]).lines[0], large);
});
