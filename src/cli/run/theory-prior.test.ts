import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { tempFolder } from "../../testing/temp-folder.ts";
import { logisticProbe } from "../../theory/study/testing/logistic.ts";
import { loadStudyYaml } from "../../study-file/study-yaml.ts";

const main = fileURLToPath(new URL("../main.js", import.meta.url));
const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** A study whose prior is far too low, so that it is dropped. */
const STUDY = `
import { defineStudy, theory } from ${at("../../index.js")};
import { tpe } from ${at("../../../strategies/index.js")};
import { logisticProbe, logisticSpace, trained } from ${at("../../theory/study/testing/logistic.js")};
export default defineStudy({
  name: "logistic",
  space: logisticSpace,
  strategy: tpe(),
  trials: 18,
  seed: 1,
  prior: theory({ budget: "fixedSteps", smallNet: false, defaultRate: 3e-6 }),
  probe: () => logisticProbe(),
  objective: ({ params, seed }) => trained(params, seed),
});
`;

test("run says what was measured, proposed and dropped; show tells it again, replay agrees", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "logistic.mjs"), STUDY);
  const hpo = (words: string) => {
    const ran = spawnSync(process.execPath, [main, ...words.split(" ")], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, HPO_STORAGE: undefined },
    });
    t.is(ran.status, 0, ran.stderr + ran.stdout);
    return ran;
  };
  const { stdout, stderr } = hpo("study run logistic.mjs");
  t.regex(stderr, /hpo: Measuring curvature and noise for theory's prior at {"lr"/);
  t.regex(
    stdout,
    /note: Theory's prior: lr 0\.00181 \(90 %: .*\) at batch size 16 \(13 gradients\)/,
  );
  const dropped = /Theory's prior was dropped after trial (\d+): (.*)\./.exec(stdout)!;
  const shown = hpo("study show logistic").stdout;
  t.regex(shown, /Theory's prior \(13 gradients/);
  t.regex(shown, /λ_max 2\.13, B_simple 20/);
  t.regex(shown, /lr of sgd, half-way from the usual rate.*stability edge 0\.939, η_c 1\.09/);
  t.true(shown.includes(`dropped after trial ${dropped[1]}: ${dropped[2]}`));
  const { theory } = JSON.parse(hpo("study show logistic --json").stdout) as {
    theory: { arms: { state: string; since: number; rates: unknown[] }[]; cost: object };
  };
  t.like(theory.arms[0], { state: "dropped", since: Number(dropped[1]) });
  t.is(theory.arms[0].rates.length, 4);
  hpo("study replay logistic");
  // Going on measures nothing and says nothing of what is known.
  const again = hpo("study run logistic.mjs --trials 19");
  t.is(again.stderr, "");
  t.notRegex(again.stdout, /Theory's prior: lr/);
});

test("a YAML file has theory's prior, its options, and a measurement in a file", async (t) => {
  const folder = await tempFolder(t);
  const load = async (prior: string) => {
    const path = join(folder, "study.yaml");
    const space = "space:\n  rate: { type: float, low: 0.001, high: 1, log: true }\n";
    writeFileSync(
      path,
      `name: a\ncommand: "true"\n${space}prior: ${prior}\nroles: { learningRate: rate }\n`,
    );
    return (await loadStudyYaml(path)).definition;
  };
  t.deepEqual((await load("theory")).prior, { kind: "theory", options: {} });
  t.deepEqual((await load("theory")).roles, { learningRate: "rate" });
  t.deepEqual((await load("{ theory: { centre: edge, batchLaw: surge } }")).prior?.options, {
    centre: "edge",
    batchLaw: "surge",
  });
  const measurement = await logisticProbe().measure();
  writeFileSync(join(folder, "probe.json"), JSON.stringify(measurement));
  t.deepEqual((await load("{ theory: { measurement: probe.json } }")).prior?.options, {
    measurement: JSON.parse(JSON.stringify(measurement)) as typeof measurement,
  });
  const told = async (prior: string): Promise<string> => (await t.throwsAsync(load(prior))).message;
  t.regex(await told("{ theory: { center: edge } }"), /study\.yaml:5:\d+: prior: .*center/);
  t.regex(await told("{ theory: { measurement: gone.json } }"), /gone\.json/);
  t.regex(await told("bayes"), /study\.yaml:5:\d+: prior/);
});
