import test from "ava";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStudy, float, int, loadStudy, searchSpace, TrialPruned } from "../../index.ts";
import type { CompleteTrial, Study, StudyEvent } from "../../index.ts";
import { asha, random } from "../../../strategies/index.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { engineOf } from "../study-internals.ts";
import type { FileLimits } from "./file-limits.ts";

// A user would miss: a disk that fills in the night; worse, the checkpoint of the best trial.

const space = searchSpace({ x: float(0, 1) });

async function newStudy(t: Parameters<typeof tempFolder>[0], limits: FileLimits) {
  const folder = await tempFolder(t);
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  const definition = { name: "kept", space, strategy: random(), ...limits };
  const study = await createStudy(definition, { storage });
  const place = join(folder, "hpo-trials", "kept");
  /** The trials that still have a model. */
  const models = (): number[] =>
    readdirSync(place)
      .filter((number) => existsSync(join(place, number, "model.pt")))
      .map(Number)
      .sort((a, b) => a - b);
  return { folder, storage, study, place, models };
}

const ranking = (study: Study): CompleteTrial[] =>
  ([...study.trials("complete")] as CompleteTrial[]).sort((a, b) => a.values[0] - b.values[0]);

test("only the best keep their files as the study runs; what is printed and what others own stays", async (t) => {
  const { folder, study, place, models } = await newStudy(t, { keepBest: 2 });
  const outside = join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "data.csv"), "mine");
  const cleaned: (StudyEvent & { type: "cleaned" })[] = [];
  study.subscribe((event) => event.type === "cleaned" && cleaned.push(event));
  let most = 0;
  await study.optimize(
    (trial) => {
      most = Math.max(most, trial.number === 0 ? 0 : models().length);
      trial.saveArtifact("model.pt", "1234");
      writeFileSync(join(trial.directory, "stdout.log"), "said");
      symlinkSync(outside, join(trial.directory, "data"));
      symlinkSync("model.pt", join(trial.directory, "last.pt"));
      if (trial.number === 4) throw new Error("fails");
      return trial.params.x;
    },
    { trials: 10, catch: true },
  );
  const ranked = ranking(study);
  const best = ranked.slice(0, 2).map(({ number }) => number);
  t.deepEqual(
    models(),
    best.sort((a, b) => a - b),
  );
  t.true(most <= 3, "while it ran, too");
  t.is(cleaned.length, 8);
  t.true(cleaned.every(({ bytes, files }) => bytes === 4 && files === 1));
  t.true(existsSync(join(outside, "data.csv")), "no link is followed");
  t.deepEqual(readdirSync(join(place, String(ranked[9 - 1].number))), ["data", "stdout.log"]);
});

test("over a limit in bytes the worst lose their files first, never the best", async (t) => {
  const { study, models } = await newStudy(t, { artifactsLimit: 25 });
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const save = (size: number) => (trial: Parameters<typeof run>[0]) => run(trial, size);
  const run = (
    trial: { saveArtifact(name: string, data: string): unknown; params: { x: number } },
    size: number,
  ): number => {
    trial.saveArtifact("model.pt", "x".repeat(size));
    return trial.params.x;
  };
  await study.optimize(save(10), { trials: 6 });
  const ranked = ranking(study);
  const numbers = ranked.map(({ number }) => number);
  t.deepEqual(
    models(),
    numbers.slice(0, 2).sort((a, b) => a - b),
  );
  t.deepEqual(
    notes.filter((note) => note.includes("artifactsLimit")),
    [],
  );
  await study.optimize(save(100), { trials: 20 });
  t.true(models().includes(study.best.number), "the best one alone is over the limit, and stays");
  t.is(notes.filter((note) => note.includes("artifactsLimit")).length, 1, "that is told, once");
});

test("what runs, was handed back or may be promoted is kept, and a crash's rest removed", async (t) => {
  const { study, storage, place, models } = await newStudy(t, {});
  await study.optimize(
    (trial) => {
      trial.saveArtifact("model.pt", "1");
      return trial.params.x;
    },
    { trials: 3 },
  );
  const [asked] = await engineOf(study).ask(1);
  asked.saveArtifact("model.pt", "1");
  await engineOf(study).handBack(asked.number);
  t.is(models().length, 4);
  // As after a kill amid a removal: a part of one trial's files is left, in a folder of its own.
  mkdirSync(join(place, "2", "checkpoints"));
  writeFileSync(join(place, "2", "checkpoints", "half.pt"), "1");
  const again = await loadStudy("kept", { storage });
  await again.optimize(() => 9, { trials: 0, keepBest: 1 });
  t.deepEqual(models(), [again.best.number, asked.number]);
  t.is(existsSync(join(place, "2")), again.best.number === 2);
});

test("each promotion of asha finds the checkpoint that it goes on with", async (t) => {
  const folder = await tempFolder(t);
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  const definition = {
    name: "asha",
    space: searchSpace({ x: int(0, 1000) }),
    keepBest: 1,
    strategy: asha({ strategy: random(), maxSteps: 9 }),
  };
  const study = await createStudy(definition, { storage });
  let promotions = 0;
  await study.optimize(
    (trial) => {
      const from = trial.continueFrom;
      if (from) {
        promotions++;
        t.true(existsSync(join(from.directory, "model.pt")), `of ${from.number}`);
      }
      for (let step = (from?.lastStep ?? 0) + 1; step <= 9; step++) {
        trial.report(trial.params.x / step, step);
        trial.saveArtifact("model.pt", "1");
        if (trial.shouldPrune()) throw new TrialPruned();
      }
      return trial.params.x;
    },
    { trials: 80 },
  );
  t.true(promotions > 3, String(promotions));
  const kept = readdirSync(join(folder, "hpo-trials", "asha")).length;
  t.true(kept < 80, "those that went on lost theirs");
});
