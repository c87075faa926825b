import { join } from "node:path";
import test from "ava";
import { createStudy, float, loadStudy, openStorage, searchSpace, type Study } from "../index.ts";
import { engineOf } from "../study/study-internals.ts";
import { thisProcess } from "../system/process-identity.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { random } from "../../strategies/index.ts";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";

/** A folder with a study: three complete trials, a running one, two queued ones. */
async function withStudy(t: Parameters<typeof tempFolder>[0]) {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"), { synchronous: "normal" });
  t.teardown(() => storage.close());
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: random() }, { storage });
  for (const value of [3, 1, 2]) await study.tell((await study.ask())!, value);
  const running = (await study.ask())!;
  for (const x of [0.25, 0.75]) await study.enqueue({ x });
  return { folder, study, running };
}

test.serial(
  "trials are excluded, included and cancelled by their numbers, all or none",
  async (t) => {
    const { folder } = await withStudy(t);
    const out = (words: string) => hpo(folder, words).then((ran) => ran.out);
    t.is(
      await out("study exclude s 1 2"),
      "Trial 1 is left out of the search.\nTrial 2 is left out of the search.\n",
    );
    t.regex(await out("study best s"), /trial 0/i);
    t.regex(await out("study show s"), /Left out of the search: trials 1, 2/);
    t.regex(await out("study show s 1"), /Left out of the search/);
    t.regex(await out("study trials s"), /complete, excluded/);
    const trials = JSON.parse(await out("study trials s --json")) as { excluded?: true }[];
    t.deepEqual(
      trials.map(({ excluded }) => excluded),
      [undefined, true, true, undefined, undefined, undefined],
    );
    t.deepEqual(JSON.parse(await out("study include s 1 --json")), {
      name: "s",
      trials: [1],
      done: "part of the search",
    });
    t.regex(await out("study best s"), /trial 1/i);

    const refused = await hpo(folder, "study cancel s 4 3");
    t.is(refused.code, 1);
    t.regex(refused.err, /trial 3 is running; only a queued one/);
    t.is(await out("study cancel s 4"), "Trial 4 is cancelled.\n");
    t.regex(await out("study show s"), /^trials {3}3 complete, 1 failed, 1 running, 1 waiting$/m);
    t.regex(await out("study show s"), /1 cancelled/);
    t.is((await hpo(folder, "study exclude s one")).code, 2);
  },
);

/** As if the process that runs the trial could not be seen from here. */
async function hide(study: Study, id: number): Promise<void> {
  const runner = { ...thisProcess(), host: "web-1", pidNamespace: "pid:[7]" };
  await study.storage.updateTrial(id, { attributes: { system: { "hpo:runner": runner } } });
}

test.serial(
  "a held trial is handed back or failed with --yes alone, and deletion tells of it",
  async (t) => {
    const { folder, study, running } = await withStudy(t);
    await hide(study, running.id);
    const held = await hpo(folder, "study requeue s 3");
    t.is(held.code, 1);
    t.regex(held.err, /trial 3 may still run: its process on web-1.*Pass force \(--yes\)/s);
    t.regex((await hpo(folder, "study requeue s 3 --yes")).out, /Trial 3 is free/);
    t.is(engineOf(study).state.active.size, 1);
    await study.refresh();
    t.is(engineOf(study).state.active.size, 0, "who ran it hears of it");

    const again = (await study.ask())!;
    t.is(again.number, 3);
    const kept = await hpo(folder, "study delete s");
    t.is(kept.code, 1);
    t.regex(kept.err, /"s" was not deleted\. It runs: trial 3 \(its process lives\)/);
    await hide(study, again.id);
    t.regex((await hpo(folder, "study fail s 3 --message gone --yes")).out, /Trial 3 is failed/);
    t.like((await loadStudy("s", { storage: study.storage })).trials()[3], {
      state: "failed",
      failure: { reason: "lost", message: "gone" },
    });
    t.regex((await hpo(folder, "study delete s --force")).out, /Deleted "s" with its 6 trials/);
  },
);
