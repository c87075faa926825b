import test from "ava";
import { heard } from "../testing/heard.ts";
import { metricReader } from "./command-metric.ts";
import { namedReading } from "./named-metric.ts";
import { nothingKnown } from "./telling.ts";

const THREE = [
  [1, 0.5],
  [2, 0.25],
  [3, 0.125],
] as const;

test("a metric on stderr counts until stdout tells it, too", (t) => {
  const bar = (epoch: number) => `2>Epoch ${epoch}: 50%|██| 5/10 [00:01<00:01, loss=9]`;
  const alone = heard({ name: "loss" }, [1, 2, 3].map(bar).join("\n"));
  t.deepEqual(alone.reports, [
    [1, 9],
    [2, 9],
    [3, 9],
  ]);
  t.regex(alone.how!, /^loss is read from text on stderr, its step from "epoch": /);
  t.is(alone.remarks.overruled, undefined);
  t.is(heard({ name: "loss" }, bar(1)).result, 9);

  const both = heard(
    { name: "loss" },
    [1, 2, 3].map((at) => `${bar(at)}\n${bar(at)}\nepoch ${at} loss: ${1 / 2 ** at}`).join("\n") +
      `\n${bar(3)}`,
  );
  t.deepEqual(both.reports, THREE);
  t.is(both.result, 0.125);
  t.regex(both.how!, /^loss is read from text, /);
  t.regex(
    both.remarks.overruled!,
    /read from stdout, and not from stderr, where it stands, too: "Ep/,
  );
});

test("what a better line overruled once is no report of later trials, and that is told", (t) => {
  const curve = "2>step 1 loss=3\n2>step 2 loss=2\n";
  const reader = metricReader({ name: "loss" });
  const first = heard({ name: "loss" }, `${curve}Test loss=1`, reader);
  t.deepEqual(
    [first.reports, first.result],
    [
      [
        [1, 3],
        [2, 2],
      ],
      1,
    ],
  );
  t.regex(
    first.remarks.overruled!,
    /^the result of loss is read from stdout, .* reports before it from stderr: "step 2 loss=2".*Later trials .*nothing is pruned by them/,
  );
  for (const output of [`${curve}Test loss=1`, `${curve}2>loss=1`, `2>loss=7\nTest loss=1`]) {
    const { reports, result } = heard({ name: "loss" }, output, reader);
    t.deepEqual([reports, result], [[], 1], output);
  }
  const both = `${curve}epoch 1 loss=0.5\n2>step 3 loss=1\nepoch 2 loss=0.25\nepoch 3 loss=0.125`;
  t.is(heard({ name: "loss" }, both, reader).result, 0.125);
  t.deepEqual(heard({ name: "loss" }, both, reader).reports, THREE);
});

test("a bar that comes before stdout in a later trial gives no reports, as in the trial where it came behind", (t) => {
  const known = nothingKnown();
  const lines = [1, 2, 3].map((epoch) => `epoch ${epoch} loss=${1 / epoch}`);
  const bar = ["1|##| loss=9", "2|##| loss=8", "3|##| loss=7"];
  const reportsOf = (order: readonly (readonly [string, "stdout" | "stderr"])[]): string[] => {
    const { read, end } = namedReading({ name: "loss" }, known);
    const meanings = [...order.flatMap(([line, stream]) => read(line, stream)), ...end()];
    return meanings.flatMap((one) => (one.kind === "report" ? [`${one.step}: ${one.value}`] : []));
  };
  const [out, err] = [
    lines.map((line) => [line, "stdout"] as const),
    bar.map((line) => [line, "stderr"] as const),
  ];
  const expected = [1, 2, 3].map((epoch) => `${epoch}: ${1 / epoch}`);
  t.deepEqual(reportsOf([...out, ...err]), expected);
  t.deepEqual(reportsOf([...err, ...out]), expected);
});

test("a bar that comes before stdout in the first trial leaves the curve to stdout, and that is told", (t) => {
  const bar = [90, 80, 70, 60].map((at) => `2>${at}%|##| ${at}/100 [00:01, loss=${at}]`);
  const curve = THREE.map(([epoch, loss]) => `epoch ${epoch} loss=${loss}`);
  const { reports, result, remarks, how } = heard(
    { name: "loss" },
    [...bar, ...curve, ...bar].join("\n"),
  );
  t.deepEqual(reports, THREE);
  t.is(result, 0.125);
  t.regex(remarks.found!, /^loss is read from text on stderr, its step from its bar: /);
  t.regex(how!, /^loss is read from text, its step from "epoch": "epoch 1 loss=0.5"/);
  t.regex(
    remarks.overruled!,
    /^loss is read from stdout, and not from stderr, .*: "60%.*The reports from there are dropped\. If /,
  );

  const reader = metricReader({ name: "loss" });
  const mean = heard({ name: "loss" }, ["avg loss=5", "avg loss=4", ...curve].join("\n"), reader);
  t.deepEqual(mean.reports, THREE);
  t.deepEqual(heard({ name: "loss" }, [...bar, ...curve].join("\n"), reader).reports, THREE);
});

test("of several processes that tell the metric the first one counts, and that is told", (t) => {
  const prefixes: readonly ((rank: number) => string)[] = [
    (rank) => `[rank${rank}]: `,
    (rank) => `[default${rank}]:`,
    (rank) => `[1,${rank}]<stdout>:`,
    (rank) => `2026-01-01 [GPU ${rank}] INFO `,
    (rank) => `Rank ${rank}: `,
  ];
  for (const prefix of prefixes) {
    const line = (rank: number, epoch: number): string =>
      `${prefix(rank)}epoch ${epoch} val_loss=${1 / 2 ** epoch + rank}`;
    const output = [1, 2, 3].map((epoch) => [1, 0, 2].map((rank) => line(rank, epoch)).join("\n"));
    const { reports, result, remarks } = heard({ name: "val_loss" }, output.join("\n"));
    t.deepEqual([reports, result], [THREE, 0.125], prefix(0));
    t.regex(
      remarks.overruled!,
      /from process 0, and not from process 1, where it stands, too: .*print it there alone$/,
    );
    t.is(remarks.leftOut, undefined);
    const last = heard({ name: "val_loss" }, [1, 2, 3].map((epoch) => line(3, epoch)).join("\n"));
    t.deepEqual([last.reports.length, last.result], [3, 3.125]);
  }
});
