import test from "ava";
import { float, loadStudy, memoryStorage, openStudy, searchSpace } from "../index.ts";
import { random, tpe } from "../../strategies/index.ts";
import { median } from "../pruners/index.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { replay, replayNotes } from "./asking/replay.ts";
import { strategyOf } from "./strategy-registry.ts";

const definition = {
  name: "older",
  space: searchSpace({ x: float(0, 1) }),
  strategy: tpe(),
  objective: ({ params }: { readonly params: { readonly x: number } }) => params.x,
};

test("a study that another revision of its strategy searched says so before it goes on, and what differs", async (t) => {
  const storage = memoryStorage();
  const study = await openStudy(definition, { storage });
  await study.optimize({ trials: 3 });
  t.is(study.versions[0].strategy.revision, 4);
  t.deepEqual(replayNotes(study, strategyOf), []);
  // As the first revision left it, which stored no revision.
  const record = (await storage.findStudy("older"))!;
  const stored = record.systemAttrs[ATTRIBUTE.versions] as { strategy: { name: string } }[];
  const system = {
    [ATTRIBUTE.versions]: stored.map((one) => ({ ...one, strategy: { name: one.strategy.name } })),
  };
  await storage.setStudyAttributes(record.id, { system });

  const loaded = await loadStudy("older", { storage });
  const said =
    /tpe was at revision 1 and is at revision 4 here: trials outside the ranges are left/;
  t.regex(replayNotes(loaded, strategyOf).join(), said);
  const replayed = await replay(loaded, strategyOf);
  t.is(replayed.length, 3);

  const again = await openStudy(definition, { storage });
  const notes: string[] = [];
  again.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  await again.optimize({ trials: 1 });
  t.regex(notes.join(), said);
  const { versions } = await loadStudy("older", { storage });
  t.deepEqual(
    versions.map(({ strategy }) => strategy.revision ?? 1),
    [1, 4],
  );
});

test("so does one whose own strategy or pruner has another revision", async (t) => {
  const storage = memoryStorage();
  const at = (revision: number) => ({
    ...definition,
    name: "own",
    strategy: { ...random(), name: "mine", revision, changes: ["it looks further"] },
    pruner: { ...median(), name: "strict", revision },
  });
  await (await openStudy(at(1), { storage })).optimize({ trials: 2 });
  const again = await openStudy(at(2), { storage });
  const notes: string[] = [];
  again.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  await again.optimize({ trials: 1 });
  t.deepEqual(notes, [
    "Changed since the study last ran: the strategy mine was at revision 1 and is at revision 2 here: it looks further.",
    "Changed since the study last ran: the pruner strict was at revision 1 and is at revision 2 here: the same trials may lead to other decisions.",
  ]);
  t.regex(replayNotes(again, strategyOf).join(), /the strategy mine was at revision 1/);
});
