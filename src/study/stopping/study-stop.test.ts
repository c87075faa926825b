import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { StateParts, StudyState } from "../study-state.ts";
import { keepEnd, stopOf } from "./study-stop.ts";

type State = StudyState<StateParts>;

test("why a study ended is kept once for as many trials, and not while some run", async (t) => {
  const attributes: Record<string, unknown> = {};
  const history = { running: [] as unknown[], finished: [{}, {}] as unknown[] };
  const turn = {
    study: async () => ({ systemAttrs: attributes }),
    setAttributes: async ({ system }: { system: object }) => void Object.assign(attributes, system),
  };
  const state = { history, inTurn: (work: (of: unknown) => unknown) => work(turn) };
  const keep = (reason: string) => keepEnd(state as unknown as State, reason);
  history.running.push({});
  t.false(await keep("too early"));
  t.deepEqual(attributes, {});
  history.running.pop();
  t.true(await keep("enough"));
  t.deepEqual(attributes, { [ATTRIBUTE.stopped]: { reason: "enough", trials: 2 } });
  t.false(await keep("told by another process"));
  t.is(stopOf({ systemAttrs: attributes })?.reason, "enough");
  history.finished.push({});
  t.true(await keep("enough again"));
  t.deepEqual(stopOf({ systemAttrs: attributes }), { reason: "enough again", trials: 3 });
});
