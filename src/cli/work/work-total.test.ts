import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { tempFolder } from "../../testing/temp-folder.ts";
import { hpoHere as hpo } from "../fixtures/hpo-here.ts";

const STUDY = `
export default {
  name: "shared", trials: 5,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: (trial) => trial.params.x,
};
`;

test.serial("a worker on a database keeps to the total that the study was given", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "study.mjs"), STUDY);
  const storage = `sqlite:${join(folder, "s.db")}`;
  const work = `study work ${storage} --file study.mjs --workers 1`;
  const count = async (): Promise<number> => {
    const { out } = await hpo(folder, `study trials shared --storage ${storage} --json`);
    return (JSON.parse(out) as unknown[]).length;
  };
  await hpo(folder, `study run study.mjs --storage ${storage} --trials 2`);
  const first = await hpo(folder, work);
  t.is(await count(), 2, first.out + first.err);
  t.regex(
    first.out,
    /As it was run before: --trials 2, in place of the 5 of study\.mjs \(--trials says another total\)/,
  );
  t.regex(first.out, /Stopped: the study has its 2 trials\./);
  t.notRegex(first.out + first.err, /Changed since/);

  t.is((await hpo(folder, `${work} --trials 4`)).code, 0);
  t.is(await count(), 4);
  // It is the study's from then on.
  t.notRegex((await hpo(folder, work)).err, /Changed since/);
  t.is(await count(), 4);
  t.regex((await hpo(folder, `study resume shared --storage ${storage}`)).out, /--trials 4/);
  t.is(await count(), 4);
});

test.serial("a worker of a coordinator is told who says the total", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "study.mjs"), STUDY);
  const url = "http://127.0.0.1:9/shared";
  const { code, err } = await hpo(folder, `study work ${url} --file study.mjs --trials 3`);
  t.is(code, 2);
  t.regex(err, /--trials is for workers on a database\. .* hpo study serve/);
});
