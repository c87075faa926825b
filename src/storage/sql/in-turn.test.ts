import test from "ava";
import { inTurn } from "./in-turn.ts";
import { ownChanges } from "./own-changes.ts";

type Parts = Parameters<typeof inTurn>[0];

/** A storage of which each statement is said, in their order; `finish` finds the trials up to 9. */
function storage() {
  const said: string[] = [];
  const own = ownChanges();
  const say =
    <Result>(what: string, result?: Result) =>
    (...[, first]: readonly unknown[]) => {
      said.push(`${what} ${String(first)}`);
      return Promise.resolve(result);
    };
  const found = (what: string) => (_tx: unknown, trial: number) => {
    said.push(`${what} ${trial}`);
    return Promise.resolve(trial <= 9 ? { index: 5 } : undefined);
  };
  const parts = {
    turns: {
      async alone(work: (tx: object, ahead: Promise<void>) => unknown, committed: () => void) {
        const result = await work({}, Promise.resolve());
        committed();
        return result;
      },
    },
    own,
    changes: say("changes", { trials: [] }),
    studies: { lock: say("lock"), read: say("read"), setAttributes: say("attributes") },
    trials: {
      create: say("create", [{ id: 7 }, { id: 8 }]),
      ...{ start: found("start"), update: found("update"), finish: found("finish") },
    },
    signs: { beat: say("beat") },
  };
  return { said, own, run: inTurn(parts as unknown as Parts) };
}

test("a turn locks its study, and what it wrote is known once it is committed", async (t) => {
  const { said, own, run } = storage();
  const told = await run(1, async (turn) => {
    await turn.createTrials([], undefined);
    const started = await turn.startTrial(9, {});
    const gone = await turn.updateTrial(10, {});
    const index = await turn.finishTrial(6, {} as never);
    t.is(own.count(1), 0);
    return { started, gone, index, lost: await turn.finishTrial(11, {} as never) };
  });
  t.is(said[0], "lock 1");
  t.deepEqual(told, { started: true, gone: false, index: 5, lost: undefined });
  t.deepEqual([...own.since(1, 0)].sort(), [6, 7, 8, 9]);
  t.is(own.attributes(1), 0);
});

test("attributes of the study that a turn wrote are counted", async (t) => {
  const { own, run } = storage();
  await run(1, (turn) => turn.setAttributes({}));
  t.is(own.attributes(1), 1);
  t.deepEqual([...own.since(1, 0)], []);
});

test("changes that were read with the lock are not read again, later ones are", async (t) => {
  const { said, run } = storage();
  const [since, later] = [{} as never, {} as never];
  await run(1, (turn) => turn.changes(since), since);
  t.deepEqual(said, ["lock 1", "changes 1"]);
  await run(1, (turn) => turn.changes(later), since);
  t.deepEqual(said.slice(2), ["lock 1", "changes 1", "changes 1"]);
});
