import test from "ava";
import { createStudy, float, searchSpace } from "../../index.ts";
import { folderWith, hpo } from "../fixtures/hpo.ts";
import { trialDetailLines, trialDetails } from "./trial-details.ts";

const PROGRAM = `
const { HPO_CHECKPOINT_DIR: folder } = process.env;
const again = require("fs").existsSync(folder + "/begun");
require("fs").writeFileSync(folder + "/begun", "");
if (!again) process.kill(process.pid, "SIGKILL");
else {
  console.error("Traceback (most recent call last):\\n  at\\nValueError: " + "far ".repeat(100) + "too long");
  process.exitCode = 1;
}`;

test("a trial shows that it was tried again, and its last words once; its line of a run is short", (t) => {
  const study = [
    "name: again",
    "trials: 1",
    "space: { x: { type: float, low: 0, high: 1 } }",
    `command: ["${process.execPath}", "train.cjs"]`,
  ];
  const folder = folderWith({ "train.cjs": PROGRAM, "study.yaml": study.join("\n") });
  const { out: ran } = hpo(folder, "study run study.yaml");
  t.regex(ran, /^trial 0 {2}failed \(error\): .*ValueError: far .{0,250}… {2}x=/m);
  const { out } = hpo(folder, "study show again 0");
  t.regex(out, /^Tried again once, as the machine failed$/m);
  t.is(out.match(/^ValueError: .*too long$/gm)?.length, 1);
  t.regex(out, /^Trial 0 .*too long$/m);
});

test("the reasons of a suggestion are rounded for people, and whole in JSON", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: "bayesian", seed: 0 });
  await study.optimize(({ params }) => params.x, { trials: 6 });
  const trial = study.trials().at(-1)!;
  const exact = (trialDetails(trial)["why"] as Record<string, number>)["logAcquisition"];
  t.true(String(exact).length > 13, "there is something to round");
  const line = trialDetailLines(study, trial).find((one) => one.startsWith("Why"))!;
  t.regex(line, /logAcquisition: -?[\d.e-]{1,12}(,|$)/);
});
