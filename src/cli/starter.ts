import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import { HpoError } from "../errors/errors.ts";
import { readText } from "../system/text-file.ts";
import type { StudyView } from "../study/study-view.ts";
import { storageFlag } from "./command-line.ts";
import { withView } from "./context.ts";
import type { CommonOptions } from "./options.ts";
import { print, printJson } from "./output.ts";
import { shellQuote } from "./shell-quote.ts";
import { writeText } from "./write-text.ts";

const TYPESCRIPT = `import { defineStudy, float, int, searchSpace } from "hpo";

// Gradient descent with momentum on a stiff bowl: tune its learning rate, momentum and steps.
export default defineStudy({
  name: "starter",
  direction: "minimize",
  trials: 40,
  workers: 2,
  space: searchSpace({
    lr: float(1e-4, 1, { log: true }),
    momentum: float(0, 0.99),
    steps: int(10, 100, { step: 10 }),
  }),
  objective: ({ params: { lr, momentum, steps } }) => {
    let [x, y, vx, vy] = [2, 2, 0, 0];
    for (let step = 1; step <= steps; step++) {
      vx = momentum * vx - lr * x;
      vy = momentum * vy - lr * 25 * y;
      x += vx;
      y += vy;
    }
    return 0.5 * (x * x + 25 * y * y);
  },
});
`;

const YAML = `# hpo study check study.yaml tries one trial; hpo study run study.yaml runs them all.
name: starter-python
direction: minimize
trials: 20
workers: 2
space:
  lr: { type: float, low: 1.0e-4, high: 1, log: true }
  momentum: { type: float, low: 0, high: 0.99 }
pruner: median
command: python3 train.py --lr {lr} --momentum {momentum}
`;

const PYTHON = `"""Prints a JSON line per report, and one with the result. Any framework fits in here."""
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--momentum", type=float, required=True)
args = parser.parse_args()

x, y, vx, vy = 2.0, 2.0, 0.0, 0.0
for step in range(1, 51):
    vx = args.momentum * vx - args.lr * x
    vy = args.momentum * vy - args.lr * 25 * y
    x, y = x + vx, y + vy
    loss = 0.5 * (x * x + 25 * y * y)
    if step % 10 == 0:
        print(json.dumps({"step": step, "value": loss}))
print(json.dumps({"value": loss}))
`;
import { quotedName } from "./visible.ts";

const STARTERS = {
  ts: { "study.ts": TYPESCRIPT },
  python: { "study.yaml": YAML, "train.py": PYTHON },
} as const;

const STUDY_FILE = "study.yaml";

interface WriteOptions {
  /** Where a study file is written; study.yaml if left out. */
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Writes a starter study into the working directory. @throws HpoError if a file exists. */
export const writeStarter = (language: "ts" | "python", options: WriteOptions): Promise<void> =>
  writeFiles(STARTERS[language], [], options);

/**
 * Writes a study file with the space of a stored study, which goes on with it.
 * @throws HpoError if the file exists, or the study has no parameter
 */
export async function writeStudyFile(
  name: string,
  options: WriteOptions & CommonOptions,
): Promise<void> {
  const { studyYaml } = await import("../study-file/write-study-yaml.ts");
  const text = await withView(name, options, async (study) => {
    const { space, version } = study;
    if (space.parameters.length === 0) {
      throw new HpoError(
        `Study ${quotedName(name)} has no parameters yet: it declares none, and no trial of it has any.`,
      );
    }
    const isDeclared = version.space !== undefined;
    return studyYaml({ ...studyParts(study), space, isDeclared });
  });
  await writeFiles({ [options.out ?? STUDY_FILE]: text }, storageFlag(options.storage), options);
}

/**
 * Writes a study file of another tool's: a W&B sweep, or a Katib experiment.
 * @throws HpoError if the file exists, or the other one can't be read
 */
export async function writeFromForeign(path: string, options: WriteOptions): Promise<void> {
  const { studyFromForeign } = await import("../study-file/foreign/from-foreign.ts");
  const { studyFileText } = await import("../study-file/inline/inline-study.ts");
  const { study, told } = studyFromForeign(foreignText(path), path);
  await writeFiles({ [options.out ?? STUDY_FILE]: studyFileText(study) }, [], { ...options, told });
}

function foreignText(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof HpoError) throw error;
    const isThere = existsSync(path);
    const why = isThere
      ? `${path} can't be read: ${(error as Error).message}`
      : `There is no file ${path}`;
    throw new HpoError(`--from: ${why}. Give a W&B sweep, or a Katib experiment, in YAML.`, {
      cause: error,
    });
  }
}

const studyParts = ({ name, directions, metricNames, counts }: StudyView) => ({
  name,
  directions,
  metricNames,
  trialCount: Object.values(counts).reduce((sum, count) => sum + count, 0),
});

async function writeFiles(
  files: Readonly<Record<string, string>>,
  flags: readonly string[],
  { force = false, json = false, told = [] }: WriteOptions & { readonly told?: readonly string[] },
): Promise<void> {
  const names = Object.keys(files);
  const taken = names.filter((name) => existsSync(name));
  if (taken.length > 0 && !force) {
    throw new HpoError(
      `${taken.join(" and ")} ${taken.length === 1 ? "exists" : "exist"} already. Pass --force to overwrite.`,
    );
  }
  for (const [name, text] of Object.entries(files)) {
    await writeText("The file", name, isYaml(name) ? schemaLine(name) + text : text);
    if (name.endsWith(".py")) await chmod(name, 0o755);
    if (!json) print(`Wrote ${name}`);
  }
  if (json) return printJson({ files: names, ...(told.length > 0 && { told }) });
  for (const line of told) print(line);
  const rest = [shellQuote(names[0]), ...flags].join(" ");
  print(`Try it: npx hpo study check ${rest}`);
  print(`Run it: npx hpo study run ${rest}`);
}

const isYaml = (file: string): boolean => /\.ya?ml$/.test(file);

/** Lets editors complete and check the file, where the package lies beside it. */
function schemaLine(file: string): string {
  const path = "./node_modules/hpo/schema/study.schema.json";
  return dirname(file) === "." && existsSync(path)
    ? `# yaml-language-server: $schema=${path}\n`
    : "";
}
