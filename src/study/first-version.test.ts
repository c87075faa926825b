import test from "ava";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { tempFolder } from "../testing/temp-folder.ts";
import { replay, replayNotes } from "./asking/replay.ts";
import { listStudies } from "./manage-studies.ts";
import { loadStudy } from "./load-study.ts";
import { openStudy } from "./open-study.ts";
import { strategyOf } from "./strategy-registry.ts";

// Studies as version 0.1.0 left them; made by hpo-0.1.0.mjs beside the file.
const KEPT = "src/testing/golden/hpo-0.1.0.sqlite3.gz";

let storage = "";

test.before(async () => {
  const file = join(await tempFolder({ teardown: () => undefined }), "old.db");
  await writeFile(file, gunzipSync(await readFile(KEPT)));
  storage = `sqlite:${file}`;
});

const objective = ({ params }: { readonly params: Readonly<Record<string, unknown>> }): number => {
  const { lr, depth, opt } = params as { lr: number; depth: number; opt: string };
  if (lr > 0.5) return NaN;
  return (Math.log10(lr) + 2) ** 2 + depth / 10 + (opt === "adam" ? 0 : 0.3);
};

test.serial("studies of version 0.1.0 open with all that they had", async (t) => {
  const studies = await listStudies({ storage });
  t.is(studies.length, 10);
  for (const { name } of studies.filter((study) => study.name !== "old-killed")) {
    const study = await loadStudy(name, { storage });
    t.is(study.trials().length, 14, name);
    for (const trial of study.trials()) {
      const value = objective(trial);
      if (Number.isNaN(value)) t.like(trial, { state: "failed", failure: { reason: "diverged" } });
      else t.like(trial, { state: "complete", values: [value] });
      if (trial.state === "complete") {
        t.deepEqual(
          trial.reports,
          [1, 2, 3, 4].map((step) => ({ step, value: value + 1 / step })),
        );
      }
    }
    t.is(study.best.values[0], Math.min(...study.trials().map(objective).filter(Number.isFinite)));
  }
});

/** Strategies whose suggestions have changed since, as their raised revisions say. */
const STARTS_OTHERWISE = ["auto", "bayesian", "tpe"];

test.serial("each suggestion is replayed to the bit, or why it can't be is said", async (t) => {
  for (const { name } of await listStudies({ storage })) {
    const study = await loadStudy(name, { storage });
    const replayed = await replay(study, strategyOf);
    t.is(replayed.length, study.trials().length, name);
    const [{ strategy }] = study.versions;
    const differs = replayed.some(({ same }) => !same);
    t.is(differs, STARTS_OTHERWISE.includes(strategy.name), name);
    const notes = replayNotes(study, strategyOf);
    t.is(notes.length, (strategyOf(strategy)?.revision ?? 1) > 1 ? 1 : 0, name);
    if (differs) t.regex(notes[0], /the start is five trials instead of ten/, name);
  }
});

test.serial("they go on, and the trial of a process that is gone runs again", async (t) => {
  for (const name of ["old-tpe", "old-killed"]) {
    const { space, strategy } = await loadStudy(name, { storage });
    const study = await openStudy(
      { name, space, strategy, seed: 7, objective, trials: 16 },
      { storage },
    );
    const before = study.trials().filter(({ state }) => state !== "running");
    await study.optimize();
    const after = await loadStudy(name, { storage });
    t.deepEqual(
      after
        .trials()
        .slice(0, before.length)
        .map(({ params }) => params),
      before.map(({ params }) => params),
    );
    t.deepEqual(
      after.trials().map(({ number }) => number),
      Array.from({ length: 16 }, (_, i) => i),
    );
    t.true(after.trials().every(({ state }) => state === "complete" || state === "failed"));
    t.is(after.versions.length, 2, "what searched on is another revision");
  }
});
