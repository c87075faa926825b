import test from "ava";
import { markedOutput } from "./marked-output.ts";

const MARK = "\0end.";

function heard(chunks: readonly Buffer[]): string[] {
  const events: string[] = [];
  const take = markedOutput(MARK, {
    print: (text) => events.push(text),
    onMark: () => events.push("|"),
  });
  for (const chunk of chunks) take(chunk);
  return events;
}

test("each trial's output ends at its mark, however the chunks are torn", (t) => {
  const bytes = Buffer.from("π one\n\0end.two \0 of \0en\0end.");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const events = heard([bytes.subarray(0, cut), bytes.subarray(cut)]);
    t.is(events.join(""), "π one\n|two \0 of \0en|", `cut at ${cut}`);
  }
});

test("what can't be the start of a mark is passed on at once", (t) => {
  t.deepEqual(heard([Buffer.from("50 %\r")]), ["50 %\r"]);
  t.deepEqual(heard([Buffer.from("a\0x")]), ["a\0x"]);
});
