import test from "ava";
import { commandRunner, createStudy, float, loadStudy, searchSpace, trialToJson } from "./index.ts";
import { memoryStorage } from "./storage/memory.ts";

test("a trial's device is known while it runs, at its end, and to who opens the study again", async (t) => {
  const storage = memoryStorage();
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage });
  const runner = commandRunner({
    command: [process.execPath, "-e", `console.log('{"step":1,"value":2}\\n{"value":1}')`],
    leases: [{ name: "cuda:0,cuda:1", env: {} }],
  });
  const whileRunning: (string | undefined)[] = [];
  study.subscribe((event) => {
    if (event.type === "reported") whileRunning.push(study.trials()[event.number].device);
  });
  await study.optimizeWith(runner, { trials: 1 });
  await runner.close();
  t.deepEqual(whileRunning, ["cuda:0,cuda:1"]);
  for (const one of [study, await loadStudy("s", { storage })]) {
    const [trial] = one.trials("complete");
    t.is(trial.device, "cuda:0,cuda:1");
    t.is(trialToJson(trial).device, "cuda:0,cuda:1");
  }
});
