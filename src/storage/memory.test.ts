import test from "ava";
import { storageContract } from "../testing/storage-contract.ts";
import { memoryStorage } from "./memory.ts";
import { memoryStudy } from "./memory-study.ts";

storageContract(test, "memory", async () => {
  const storage = memoryStorage();
  return { storage, other: storage };
});

test("reports are copied once for each time that somebody reads, not for each that comes", (t) => {
  let ids = 0;
  const surroundings = { nextTrialId: () => ++ids, beat: async () => {} };
  const study = memoryStudy(1, { name: "s", directions: ["minimize"] }, surroundings);
  const parts = { params: {}, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} };
  const trial = { ...parts, state: "running" } as const;
  const [{ id }] = study.createTrials([trial]);
  const arrays = new Set<unknown>();
  for (let step = 0; step < 90; step++) {
    if (step % 30 === 0) study.changes();
    study.updateTrial(id, { reports: [{ step, value: step }] });
    arrays.add(study.trials[0].reports);
  }
  t.is(study.trials[0].reports.length, 90);
  t.is(arrays.size, 3);
});

test("a sign of life is as old as the time since it was given", async (t) => {
  const storage = memoryStorage();
  const before = performance.now();
  await storage.beat("w");
  const { ageMs = NaN } = (await storage.readSigns(["w", "never seen"])).get("w")!;
  t.true(ageMs >= 0 && ageMs <= performance.now() - before, String(ageMs));
  t.deepEqual([...(await storage.readSigns(["w", "never seen"])).keys()], ["w"]);
});
