import test from "ava";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tempFolder } from "../testing/temp-folder.ts";
import { createRunner } from "./create-runner.ts";

test("workers run the study of that name, whatever else its module exports", async (t) => {
  const file = join(await tempFolder(t), "studies.mjs");
  writeFileSync(
    file,
    `export const nothing = null, text = "wanted", list = [];
     export const other = { name: "other", objective: () => 1 };
     export const wanted = { name: "wanted", objective: () => 2 };`,
  );
  const url = pathToFileURL(file).href;
  const runnerOf = (study: string) =>
    createRunner(undefined, study, { workers: 2 }, {}, { objective: () => 3, url });
  const runner = await runnerOf("wanted");
  await runner.close();
  await t.throwsAsync(runnerOf("text"), {
    message: /studies\.mjs does not export the study "text"/,
  });
});
