import test from "ava";
import { setTimeout as sleep } from "node:timers/promises";
import { grouped, Outbox } from "./outbox.ts";
import type { News, NewsItem } from "./work-source.ts";

const report = (step: number): NewsItem => ({ kind: "report", value: step, step });

test("what is said while a message is under way is in the next one", async (t) => {
  const sent: News[] = [];
  const outbox = new Outbox(
    async (news) => {
      sent.push(structuredClone(news));
      await sleep(5);
      return "go on";
    },
    () => undefined,
  );
  outbox.push(report(0));
  await sleep(1);
  outbox.push(report(1));
  outbox.push(report(2));
  await outbox.heard();
  t.deepEqual(sent, [
    { from: 0, items: [report(0)] },
    { from: 1, items: [report(1), report(2)] },
  ]);
  t.deepEqual(outbox.stop(), { from: 3, items: [] });
});

test("messages are neither too many items nor too long", (t) => {
  const bulk: NewsItem = { kind: "userAttr", name: "a", value: "x".repeat(1 << 20) };
  const items = [bulk, bulk, ...Array.from({ length: 1200 }, (_, step) => report(step)), bulk];
  const groups = grouped({ from: 7, items });
  t.deepEqual(
    groups.map(({ from, items: { length } }) => [from, length]),
    [
      [7, 1],
      [8, 1],
      [9, 500],
      [509, 500],
      [1009, 200],
      [1209, 1],
    ],
  );
  t.deepEqual(
    groups.flatMap((group) => group.items),
    items,
  );
  t.deepEqual(grouped({ from: 2, items: [] }), [{ from: 2, items: [] }]);
});
