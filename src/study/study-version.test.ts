import test from "ava";
import { float, searchSpace } from "../space/index.ts";
import { revisionChanges } from "./parts/revision-changes.ts";
import { versionChanges } from "./study-version.ts";

type Version = Parameters<typeof versionChanges>[0];
type Here = Parameters<typeof versionChanges>[2];

const space = searchSpace({ x: float(0, 1) });
const version = (more: Partial<Version> = {}): Version => ({
  strategy: { name: "tpe", options: {} },
  seed: 0,
  ...more,
});
const here = {} as Here;
const changes = (before: Partial<Version>, now: Partial<Version>): readonly string[] =>
  versionChanges(version(before), version(now), here).map(
    (line) => /^Changed since the study last ran: (.*)\.$/.exec(line)?.[1] ?? line,
  );

test("nothing is told where nothing changed", (t) => {
  t.deepEqual(changes({ space }, { space }), []);
  const pruner = { name: "median", options: {} };
  t.deepEqual(changes({ pruner }, { pruner }), []);
});

test("a space, a strategy, a pruner and a seed that changed are told", (t) => {
  const wider = searchSpace({ x: float(0, 2) });
  t.is(changes({ space }, { space: wider }).length, 1);
  t.deepEqual(changes({ space }, {}), [], "a study may run without its space");
  t.deepEqual(changes({}, { space }), []);
  t.deepEqual(changes({}, { strategy: { name: "random", options: {} } }), [
    "the strategy was tpe and is now random",
  ]);
  t.deepEqual(changes({ seed: 1 }, { seed: 2 }), ["the seed was 1 and is now 2"]);
  t.deepEqual(changes({ trialBudget: 5 }, { trialBudget: 50 }), [
    "the total of trials was 5 and is now 50",
  ]);
  t.deepEqual(changes({}, { trialBudget: 50 }), ["the total of trials was unset and is now 50"]);
  t.deepEqual(changes({ trialBudget: 5 }, {}), ["the total of trials was 5 and is now unset"]);
  t.deepEqual(changes({}, { roles: { learningRate: "x" } }), [
    'the roles were unset and are now {"learningRate":"x"}',
  ]);
});

test("a pruner is told as another one, or as none; one that was not kept is not compared", (t) => {
  const median = { name: "median", options: {} } as Version["pruner"];
  const patient = { name: "patient", options: {} } as Version["pruner"];
  t.deepEqual(changes({ pruner: median }, { pruner: patient }), [
    "the pruner was median and is now patient",
  ]);
  t.deepEqual(changes({ pruner: null }, { pruner: median }), [
    "the pruner was none and is now median",
  ]);
  t.deepEqual(changes({ pruner: undefined }, { pruner: median }), []);
  t.deepEqual(changes({ pruner: median }, { pruner: undefined }), []);
});

test("another revision is told with what differs since, or that nobody can know", (t) => {
  const now = { name: "tpe", revision: 3, changes: ["splits otherwise", "draws more"] } as never;
  const stored = (revision?: number) => ({ name: "tpe", options: {}, revision }) as never;
  t.deepEqual(revisionChanges("strategy", stored(3), now), []);
  t.deepEqual(revisionChanges("strategy", stored(2), now), [
    "the strategy tpe was at revision 2 and is at revision 3 here: draws more",
  ]);
  t.deepEqual(revisionChanges("strategy", stored(), now), [
    "the strategy tpe was at revision 1 and is at revision 3 here: splits otherwise; draws more",
  ]);
  t.regex(
    revisionChanges("pruner", stored(4), now)[0],
    /newer one was used, .* to other decisions/,
  );
  t.regex(revisionChanges("strategy", stored(4), now)[0], /to other suggestions/);
  const silent = { name: "tpe", revision: 2 } as never;
  t.regex(revisionChanges("strategy", stored(1), silent)[0], /2 here: the same trials may lead to/);
  t.deepEqual(revisionChanges("strategy", undefined, now), []);
  t.deepEqual(revisionChanges("strategy", { name: "random", options: {} }, now), []);
});

test("so is one that another is made of, by the words of its own revisions", (t) => {
  const over = (inner: object) => ({ name: "asha", revision: 2, options: { strategy: inner } });
  const now = over({ name: "tpe", revision: 4 }) as never;
  t.deepEqual(revisionChanges("strategy", over({ name: "tpe", revision: 4 }), now), []);
  const [said, ...more] = revisionChanges("strategy", over({ name: "tpe" }), now);
  t.regex(
    said,
    /^the strategy tpe was at revision 1 and is at revision 4 here: trials outside the/,
  );
  t.deepEqual(more, []);
  t.deepEqual(revisionChanges("strategy", over({ name: "random" }), now), []);
  const own = (revision: number) => over({ name: "mine", revision, file: "/mine.ts#mine" });
  t.deepEqual(revisionChanges("strategy", own(1), own(2)), [
    "the strategy mine was at revision 1 and is at revision 2 here: the same trials may lead to other suggestions",
  ]);
  const patient = (revision: number) => ({
    name: "patient",
    options: { patience: 1, pruner: { name: "median", revision } },
  });
  t.regex(
    revisionChanges("pruner", patient(9), patient(1))[0],
    /the pruner median was at revision 9/,
  );
});
