import { join } from "node:path";
import test from "ava";
import { createRng } from "../../../numerics/rng.ts";
import { floatDistribution } from "../../../space/distribution.ts";
import { completeTrial } from "../../../testing/storage-samples.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import { loadSqlite } from "./sqlite-driver.ts";

const NAMES = Array.from({ length: 50 }, (_, i) => `p${i}`);

/** Doubles of every size, of all bits and of few, from one seed. */
function doubles(count: number): number[] {
  const rng = createRng(7, "doubles");
  const words = new Uint32Array(2);
  const bits = new Float64Array(words.buffer);
  const next = (kind: number): number => {
    if (kind === 0) return rng.uniform();
    if (kind === 1) return rng.integer(-1e6, 1e6) / 10 ** rng.integer(0, 12);
    for (let k = 0; k < 2; k++) words[k] = rng.integer(0, 2 ** 32 - 1);
    return Number.isFinite(bits[0]) ? bits[0] : 0;
  };
  const edges = [0, 5e-324, -5e-324, 2 ** -1022, Number.MAX_VALUE, 1 - 2 ** -53, 2 ** 53, Infinity];
  return [...edges, ...Array.from({ length: count - edges.length }, (_, i) => next(i % 3))];
}

async function storedStudy(t: Parameters<typeof tempFolder>[0]) {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path, { synchronous: "normal" });
  t.teardown(() => storage.close());
  const study = await storage.createStudy({ name: "s", directions: ["minimize"] });
  return { path, storage, study };
}

test("a parameter's values are read as lists to the bit", async (t) => {
  const { storage, study } = await storedStudy(t);
  const all = doubles(20_000);
  const any = floatDistribution(0, 1);
  const distributions = Object.fromEntries(NAMES.map((name) => [name, any]));
  const trials = Array.from({ length: all.length / NAMES.length }, (_, k) => ({
    ...completeTrial(1),
    params: Object.fromEntries(NAMES.map((name, i) => [name, all[k * NAMES.length + i]])),
    distributions,
  }));
  await storage.createTrials(study.id, trials);
  const read = async (detail?: "search") =>
    (await storage.readTrials(study.id, undefined, detail)).trials.flatMap(({ params }) =>
      NAMES.map((name) => params[name] as number),
    );
  const [whole, lists] = [await read(), await read("search")];
  t.is(
    lists.findIndex((value, i) => !Object.is(value, whole[i])),
    -1,
  );
  t.is(
    lists.findIndex((value, i) => value !== all[i]),
    -1,
  );
});

test("a value that is no number is refused by name in lists, too", async (t) => {
  const { path, storage, study } = await storedStudy(t);
  const distributions = { x: floatDistribution(0, 1), y: floatDistribution(0, 1) };
  const trial = { ...completeTrial(1), params: { x: 0.5, y: 0.25 }, distributions };
  await storage.createTrials(study.id, [trial, trial]);
  const database = (await loadSqlite())(path, { timeout: 1000 });
  t.teardown(() => {
    database.close();
  });
  for (const wrong of ["'In\"f'", "x'00'", "null"]) {
    database.exec(
      `update trial_params set param_value = ${wrong} where param_name = 'y' and trial_id = 2`,
    );
    const read = storage.readTrials(study.id, undefined, "search");
    await t.throwsAsync(read, { message: /trial 1: parameter "y".* must be a number/ }, wrong);
  }
});
