import test from "ava";
import { join } from "node:path";
import type { PendingTrial, Strategy } from "../../contracts/strategy.ts";
import { createRng } from "../../numerics/rng.ts";
import { float, searchSpace } from "../../space/index.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { random } from "../../../strategies/index.ts";
import { openStudy } from "../open-study.ts";
import { engineOf } from "../study-internals.ts";
import type { ActiveTrial } from "../trial/active-trial.ts";
import type { Asked } from "../trial/start-attributes.ts";
import type { RunningTrial } from "../../contracts/trial.ts";
import { PendingAsSeen, seenNow } from "./seen.ts";

const shown = (pending: readonly PendingTrial[]) =>
  pending.map(({ number, reports }) => [number, reports.at(-1)?.step ?? null]);

test("what a suggestion had seen is known from what is kept, whatever came in which order", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const seen = new Map<number, ReturnType<typeof shown>>();
  const inner = random();
  const strategy: Strategy = {
    ...inner,
    suggest: (state, context) => {
      seen.set(context.number, shown(context.pending));
      return inner.suggest(state, context);
    },
  };
  const space = searchSpace({ x: float(0, 1) });
  const studies = await Promise.all(
    [1, 2].map(async () => {
      const storage = await openStorage(path, { synchronous: "normal" });
      t.teardown(() => storage.close());
      return openStudy({ name: "s", space, strategy }, { storage });
    }),
  );
  const rng = createRng(7, "seen");
  const running = studies.map((): ActiveTrial[] => []);
  for (let round = 0; round < 150; round++) {
    const which = rng.integer(0, 1);
    const [study, mine] = [studies[which], running[which]];
    const done = rng.integer(0, 5);
    const trial = mine[rng.integer(0, Math.max(0, mine.length - 1))] as ActiveTrial | undefined;
    if (done === 0) await study.enqueue({ x: rng.uniform() });
    else if (done <= 2 || !trial) {
      mine.push(...(await engineOf(study).ask(rng.integer(1, 4))));
    } else if (done === 3) trial.report(1, round);
    else {
      await study.tell(trial.number, 1);
      running[which] = mine.filter((each) => each !== trial);
    }
  }
  for (const [index, mine] of running.entries()) {
    for (const trial of mine) await studies[index].tell(trial.number, 1);
  }
  const [study] = studies;
  await study.refresh();
  const { history } = engineOf(study).state;
  const asked = history.trials.flatMap(({ number, systemAttrs }) => {
    const asked = systemAttrs["hpo:asked"] as Asked | undefined;
    return asked ? [{ number, asked }] : [];
  });
  t.true(asked.length > 50);
  asked.sort((a, b) => a.asked.finished - b.asked.finished || a.number - b.number);
  const pending = new PendingAsSeen(study);
  for (const { number, asked: kept } of asked) {
    t.deepEqual(shown(pending.of(number, kept)), seen.get(number), `trial ${number}`);
  }
  t.true(Math.max(...asked.map(({ asked }) => asked.finished)) > 10);

  const ran = [2, 9, 40].map((number) => ({ number, reports: [] }) as unknown as RunningTrial);
  const odd = seenNow({
    ...{ number: 30, finished: 0, running: ran, unfinished: [40, 9, 5, 2] },
    ...{ exclusionCount: 0, isDeclared: true },
  });
  t.deepEqual([odd.except, odd.also], [[5], [40]], "one that waited, and one of a higher number");
  const view = { number: 1, finished: 1, running: [], unfinished: [], isDeclared: true };
  const exclusions = [0, 1, 2].map(
    (exclusionCount) => seenNow({ ...view, exclusionCount }).exclusions,
  );
  t.deepEqual(exclusions, [undefined, 1, 2]);

  const [last] = asked.slice(-1);
  const old = { finished: last.asked.finished, pending: [[0, null]] } as const;
  t.deepEqual(shown(pending.of(last.number, old)), [[0, null]], "as earlier versions kept it");
});
