import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { memoryStorage } from "../../storage/memory.ts";
import { loadStudyFile } from "../../study-file/load-study-file.ts";
import { openStudy } from "../../study/open-study.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { coordinate } from "../../workers/coordinator.ts";
import { definitionFacts } from "../../workers/definition-facts.ts";
import { serveWork } from "../../workers/work-server.ts";
import { checkLines } from "./check-report.ts";
import { checkStudy } from "./check-study.ts";
import type { StudyCheck } from "./check-result.ts";

const YAML =
  "name: s\ntrials: 9\nspace:\n  lr: { type: float, low: 0, high: 1 }\ncommand: train {lr}\n";

async function fileIn(t: ExecutionContext): Promise<string> {
  const path = join(await tempFolder(t), "study.yaml");
  writeFileSync(path, YAML);
  return path;
}

interface Checked {
  readonly check: StudyCheck;
  readonly lines: readonly string[];
}

async function checked(path: string, storage: string): Promise<Checked> {
  const check = await checkStudy(path, { storage, timeout: 1000, run: false });
  return { check, lines: checkLines(check, "study.yaml", storage) };
}

test("a storage that can't be reached is told loudly, and the file is checked", async (t) => {
  const path = await fileIn(t);
  const damaged = join(await tempFolder(t), "hpo.db");
  mkdirSync(damaged);
  for (const [url, why] of [
    ["postgres://127.0.0.1:1/x", /no server answers there/],
    ["http://127.0.0.1:1", /can't be reached/],
    ["sqlite:/no-such-folder/x.db", /does not exist/],
    [`sqlite:${damaged}`, /./],
  ] as const) {
    const { check, lines } = await checked(path, url);
    t.true(check.isWell, url);
    t.is(check.suggested.length, 3);
    const loud = lines.filter((line) => line.startsWith("STORAGE NOT READ: "));
    t.is(loud.length, 1, url);
    t.regex(loud[0], why);
    t.regex(loud[0], /These are the trials of a new study\.$/);
    t.regex(lines.at(-1)!, /^Once it can be read: npx hpo study (run|work) /);
  }
  await t.throwsAsync(checked(path, "foo:bar"), { message: /no storage that is known/ });
});

test("of a study that a coordinator serves a check shows the trials that come next", async (t) => {
  const path = await fileIn(t);
  const storage = memoryStorage();
  const { definition } = await loadStudyFile(path);
  const study = await openStudy(definition, { storage });
  const asked = await study.ask();
  await study.tell(asked!.number, 1);
  const source = await coordinate(study, { definition: definitionFacts(definition), total: 9 });
  t.teardown(() => source.close());
  const gate = async () => undefined;
  const studies = new Map([["s", source]]);
  const server = await serveWork({ studies, gate, storage, host: "127.0.0.1", port: 0 });
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const { check, lines } = await checked(path, url);
  t.is(check.there, 1);
  t.is(check.suggested[0].trial.number, 1);
  t.is(lines.at(-1), `Run it: npx hpo study work ${url}/s --file study.yaml`);
  writeFileSync(path, YAML.replace("name: s", "name: other"));
  t.is((await checked(path, url)).check.there, 0);
});
