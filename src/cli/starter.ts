import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { HpoError } from "../errors/errors.ts";
import { print } from "./output.ts";

const TYPESCRIPT = `import { defineStudy, float, int, searchSpace } from "hpo";
import { median } from "hpo/pruners";

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
  pruner: median(),
  objective: (trial) => {
    const { lr, momentum, steps } = trial.params;
    let [x, y, vx, vy] = [2, 2, 0, 0];
    for (let step = 1; step <= steps; step++) {
      vx = momentum * vx - lr * x;
      vy = momentum * vy - lr * 25 * y;
      x += vx;
      y += vy;
      if (step % 10 === 0) trial.report(0.5 * (x * x + 25 * y * y), step);
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

const STARTERS = {
  ts: { files: { "study.ts": TYPESCRIPT }, run: "study.ts" },
  python: { files: { "study.yaml": YAML, "train.py": PYTHON }, run: "study.yaml" },
} as const;

/** Writes a starter study into the working directory. @throws HpoError if a file exists. */
export async function writeStarter(language: "ts" | "python", force: boolean): Promise<void> {
  const { files, run } = STARTERS[language];
  const taken = Object.keys(files).filter((name) => existsSync(name));
  if (taken.length > 0 && !force) {
    throw new HpoError(`${taken.join(" and ")} exist(s) already. Pass --force to overwrite.`);
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(name, name.endsWith(".yaml") ? schemaLine() + text : text);
    if (name.endsWith(".py")) await chmod(name, 0o755);
    print(`Wrote ${name}`);
  }
  print(`Try it: npx hpo study check ${run}`);
  print(`Run it: npx hpo study run ${run}`);
}

/** Lets editors complete and check the file, where the package lies beside it. */
function schemaLine(): string {
  const path = "./node_modules/hpo/schema/study.schema.json";
  return existsSync(path) ? `# yaml-language-server: $schema=${path}\n` : "";
}
