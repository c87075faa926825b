import { join } from "node:path";
import test from "ava";
import { folderWith } from "../fixtures/hpo.ts";
import { checkLines } from "./check-report.ts";
import { checkStudy } from "./check-study.ts";

test("the line that runs the study names its storage, where it is another than the default", async (t) => {
  const yaml = "name: s\nspace:\n  lr: { type: float, low: 0, high: 1 }\ncommand: train {lr}\n";
  const path = join(folderWith({ "study.yaml": yaml }), "study.yaml");
  const check = await checkStudy(path, { storage: "sqlite:hpo.db", timeout: 1000, run: false });
  const lastLine = (storage: string): string => checkLines(check, "study.yaml", storage).at(-1)!;
  t.is(lastLine("sqlite:hpo.db"), "Run it: npx hpo study run study.yaml");
  t.is(lastLine("sqlite:kept.db"), "Run it: npx hpo study run study.yaml --storage sqlite:kept.db");
});
