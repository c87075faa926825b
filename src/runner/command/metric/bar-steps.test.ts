import test from "ava";
import { heard } from "../testing/heard.ts";
import { metricReader } from "./command-metric.ts";

/** A redraw by tqdm. @param before a description @param behind what `set_postfix` adds */
const drawn = (n: number, total: number, behind = "", before = ""): string =>
  `${before}${Math.floor((100 * n) / total)}%|██   | ${n}/${total} [00:01<00:08,  2.50it/s${behind}]`;

/** `for e in bar: …; bar.set_postfix(loss=…)`: draws at `e - 1`; a slow loop draws at `e` once more. */
const looped = (losses: readonly number[], isSlow: boolean, before = ""): string[] => [
  drawn(0, losses.length, "", before),
  ...losses.flatMap((loss, at) =>
    Array.from({ length: isSlow ? 2 : 1 }, (_, more) =>
      drawn(at + more, losses.length, `, loss=${loss}`, before),
    ),
  ),
  drawn(losses.length, losses.length, `, loss=${losses.at(-1)}`, before),
];

const LOSSES = [1, 0.5, 0.25, 0.125];
const OF_BAR = [
  [0, 1],
  [1, 0.5],
  [2, 0.25],
  [3, 0.125],
  [4, 0.125],
] as const;

test("a bar that is drawn more often in a slow trial has the same steps as in a fast one", (t) => {
  for (const order of [
    [false, true],
    [true, false],
  ]) {
    const reader = metricReader({ name: "loss" });
    for (const isSlow of order) {
      const output = looped(LOSSES, isSlow).join("\n");
      const { reports, result, how } = heard({ name: "loss" }, output, reader);
      t.deepEqual([reports, result], [OF_BAR, 0.125]);
      t.regex(how!, /, its step from its bar: /);
    }
  }
});

test("a bar that draws steps of a fast trial late tells the values that a slow one has there", (t) => {
  const losses = Array.from({ length: 9 }, (_, at) => 1 / 2 ** at);
  const slow = heard({ name: "loss" }, looped(losses, true).join("\n")).reports;
  // It knows of three steps at once, while each one's value is drawn as it comes.
  const late = losses.flatMap((loss, at) => [
    ...(at > 0 && at % 3 === 0 ? [drawn(at, 9, `, loss=${losses[at - 1]}`)] : []),
    drawn(at - (at % 3), 9, `, loss=${loss}`),
  ]);
  const fast = heard({ name: "loss" }, [...late, looped(losses, false).at(-1)!].join("\n")).reports;
  t.deepEqual(
    fast,
    slow.filter(([step]) => step % 3 === 0),
  );
  t.deepEqual(
    fast.map(([step]) => step),
    [0, 3, 6, 9],
  );
});

test("a bar's report comes once the next step begins, by its last value", (t) => {
  const { read } = metricReader({ name: "loss" }).reading();
  const reports = looped([1, 0.5, 0.25], true).map((line) =>
    read(line, "stdout").flatMap((one) => (one.kind === "report" ? [one.step, one.value] : [])),
  );
  t.deepEqual(reports, [[], [], [0, 1], [], [1, 0.5], [], [2, 0.25], []]);
});

test("the steps of a bar that begins again go on behind those before, drawn to its end or not", (t) => {
  const bars = [looped([4, 3], false, "Fold 1: "), looped([2, 1], true, "Fold 2: ")];
  t.deepEqual(heard({ name: "loss" }, bars.flat().join("\n")).reports, [
    [0, 4],
    [1, 3],
    [2, 2],
    [3, 1],
    [4, 1],
  ]);
  // Fast loops that are drawn at their begin and end alone.
  const ends = [3, 2, 1].flatMap((loss) => [drawn(0, 9), drawn(9, 9, `, loss=${loss}`)]);
  t.deepEqual(heard({ name: "loss" }, ends.join("\n")).reports, [
    [9, 3],
    [18, 2],
    [27, 1],
  ]);
});

test("a bar around another one has steps of its own", (t) => {
  const epoch = (at: number): string[] => [
    ...[0, 1, 2, 3, 4].map((n) => drawn(n, 4, ", train=9")),
    drawn(at, 2, `, loss=${1 / at}`, "Epochs: "),
    drawn(at, 2, `, loss=${1 / at}`, "Epochs: "),
  ];
  const output = [drawn(0, 2, "", "Epochs: "), ...epoch(1), ...epoch(2)].join("\n");
  t.deepEqual(heard({ name: "loss" }, output).reports, [
    [1, 1],
    [2, 0.5],
  ]);
  const both = [1, 2].flatMap((at) => [
    drawn(0, 2, ", loss=9"),
    drawn(2, 2, `, loss=${1 / at}`),
    drawn(at, 5, ", loss=7", "Epochs: "),
  ]);
  const { reports, remarks } = heard({ name: "loss" }, both.join("\n"));
  t.deepEqual(reports, [
    [0, 9],
    [2, 1],
    [4, 0.5],
  ]);
  t.regex(
    remarks.leftOut!,
    /^loss is told by the bar "n\/2" and by the bar "Epochs n\/5"\. .*by two names$/,
  );
});

test("a bar's step is its epoch where that is told, on its line or before it", (t) => {
  const own = [1, 2].flatMap((at) => looped([9, 1 / at], false, `Epoch ${at}: `));
  const announced = [1, 2].flatMap((at) => [`Epoch ${at}/2`, ...looped([9, 1 / at], true)]);
  for (const lines of [own, announced]) {
    t.deepEqual(heard({ name: "loss" }, lines.join("\n")).reports, [
      [1, 1],
      [2, 0.5],
    ]);
  }
  // Told behind the first bar, that is no step of the next one's.
  const behind = [1, 2].flatMap((at) => [...looped([at, 1 / at], false), `Epoch ${at} saved`]);
  t.deepEqual(heard({ name: "loss" }, behind.join("\n")).reports, [
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 0.5],
    [4, 0.5],
  ]);
});

test("a number that was printed beside a bar, and no part of it, is counted", (t) => {
  const lines = [`${drawn(0, 9)}loss=1`, "loss=0.5", `${drawn(4, 9)}loss=0.25`];
  t.deepEqual(heard({ name: "loss" }, lines.join("\n")).reports, [
    [1, 1],
    [2, 0.5],
    [3, 0.25],
  ]);
});

test("a bar in hours, with lists, without a total or with the metric before it has its steps, too", (t) => {
  const bars: readonly ((n: number) => string)[] = [
    (n) => ` ${n}0%|#   | ${n}/10 [1:02:03<00:08,  2.50s/it, lr=[0.1, 0.2], loss=${1 / n}]`,
    (n) => `Epochs: ${n}it [00:01,  2.50it/s, loss=${1 / n}]`,
    (n) => `loss ${1 / n}:  ${n}0%|#   | ${n}/10 [00:01<?, ?it/s]`,
  ];
  for (const bar of bars) {
    const output = [1, 1, 2, 4, 4].map(bar).join("\n");
    t.deepEqual(
      heard({ name: "loss" }, output).reports,
      [
        [1, 1],
        [2, 0.5],
        [4, 0.25],
      ],
      output,
    );
  }
});
