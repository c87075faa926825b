import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { loadStudy, openStorage } from "../index.ts";
import { viewStudy } from "./study-view.ts";
import { tempFolder } from "../testing/temp-folder.ts";

/** Optuna's own file: see src/testing/golden. */
const golden = fileURLToPath(
  new URL("../../../src/testing/golden/optuna-5.0.0.sqlite3", import.meta.url),
);

test("a study that Optuna wrote goes on here, in the space that its trials show", async (t) => {
  const path = join(await tempFolder(t), "optuna.db");
  copyFileSync(golden, path);
  const storage = await openStorage(path);
  const study = await loadStudy("single", { storage });
  const before = study.trials();
  const best = study.best.values[0];
  t.deepEqual(
    study.space.parameters.map(({ name }) => name).sort(),
    ["batch_size", "lr", "momentum", "optimizer", "warmup"],
    "before hpo ran a trial of it",
  );
  t.deepEqual((await viewStudy("single", storage)).space, study.space);
  await study.optimize(
    (trial) => {
      const optimizer = trial.suggestCategorical("optimizer", ["sgd", "adamw", "lion"]);
      const lr = trial.suggestFloat("lr", 1e-5, 1, { log: true });
      if (optimizer === "sgd") trial.suggestFloat("momentum", 0, 0.95, { step: 0.05 });
      return best + lr;
    },
    { trials: 5 },
  );
  await storage.close();
  const again = await openStorage(path);
  const kept = await loadStudy("single", { storage: again });
  await again.close();
  t.is(kept.trials("complete").length, before.filter((x) => x.state === "complete").length + 5);
  t.is(kept.best.values[0], best, "what Optuna found stays the best");
  t.deepEqual(
    kept.finished.length,
    kept.trials().length - kept.counts.waiting - kept.counts.running,
  );
});
