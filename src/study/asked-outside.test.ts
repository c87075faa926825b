import { join } from "node:path";
import test from "ava";
import { createStudy, float, openStorage, searchSpace } from "../index.ts";
import { hpoHere as hpo } from "../cli/fixtures/hpo-here.ts";
import { random } from "../../strategies/index.ts";
import { tempFolder } from "../testing/temp-folder.ts";

// A user would miss: parameters for a program that can't ask for them itself, and no trial too many.

test.serial("a program outside gets the parameters that earlier trials asked for", async (t) => {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"), { synchronous: "normal" });
  const study = await createStudy({ name: "free", strategy: random() }, { storage });
  await study.optimize(
    (trial) =>
      trial.suggestCategorical("kind", ["a", "b"]) === "a" ? trial.suggestFloat("x", 0, 1) : 1,
    { trials: 8 },
  );
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  await study.enqueue({ kind: "a", y: 0.5 });
  t.regex(
    notes.at(-1)!,
    /no trial so far has a parameter "y"\. .* used if the objective asks for it/,
  );
  await createStudy({ name: "empty" }, { storage });
  await storage.close();

  const asked = JSON.parse((await hpo(folder, "study ask free --count 4 --json")).out) as {
    number: number;
    params: Record<string, unknown>;
  }[];
  t.is(asked.length, 4);
  t.is(asked[0].params["kind"], "a", "as it was queued");
  for (const { params } of asked) {
    t.deepEqual(Object.keys(params), params["kind"] === "a" ? ["kind", "x"] : ["kind"]);
  }
  await hpo(folder, `study tell free ${asked[0].number} -9`);
  const best = JSON.parse((await hpo(folder, "study best free --json")).out) as object;
  t.like(best, { number: asked[0].number, params: asked[0].params }, "and it is kept");

  const nothing = await hpo(folder, "study ask empty");
  t.is(nothing.code, 1);
  t.regex(nothing.err, /"empty" declares no search space, and none of its trials tells of one/);
  t.is((JSON.parse((await hpo(folder, "study trials empty --json")).out) as object[]).length, 0);
});

test.serial("ask heeds the trials of the definition", async (t) => {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"), { synchronous: "normal" });
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "three", space, trials: 3 }, { storage });
  const trials = await study.ask(2);
  t.is(trials.length, 2);
  for (const trial of trials) await study.tell(trial, 1);
  t.is((await study.ask(2)).length, 1);
  t.is(await study.ask(), undefined);
  await storage.close();
  t.regex(
    (await hpo(folder, "study ask three")).out,
    /has 3 trials, and its total is 3: --trials above 3 lets/,
  );
  t.regex((await hpo(folder, "study ask three --trials 4")).out, /^trial 3 {2}x=/);
});
