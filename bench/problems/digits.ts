import { HpoError } from "../../src/errors/errors.ts";
import type { Objective } from "../../src/contracts/objective.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { inlineRunner } from "../../src/runner/inline.ts";
import type { HostTrial } from "../../src/contracts/runner.ts";
import type { Params } from "../../src/space/index.ts";
import type { TrialAnswer, Problem, Suite } from "./problem.ts";
import { fixedTasks } from "./tasks.ts";

/** The loss of guessing one of ten digits. */
const CHANCE = Math.LN10;

export const digits: Suite = {
  name: "digits",
  about:
    "real training: studies/digits-adamw.ts, five epochs of AdamW on 10,000 digits, some seconds a " +
    "trial and no pruning; regret: validation loss (the best possible one is not known)",
  scale: "log",
  tasks: fixedTasks(["digits-adamw"]),
  open: async (task, seed) => openDigits(task, seed),
};

async function openDigits(task: string, seed: number): Promise<Problem> {
  // Loaded when it is run: it brings a training framework with it.
  const { default: study } = await import("../../studies/digits-adamw.ts");
  const { space, objective } = study;
  if (!space || !objective) {
    throw new HpoError("studies/digits-adamw.ts has no space or no objective. Give it both.");
  }
  const runner = inlineRunner(objective as Objective);
  return {
    suite: "digits",
    task,
    seed,
    space,
    startRegret: CHANCE,
    async evaluate(params, number): Promise<TrialAnswer> {
      const trialSeed = createRng(seed, "digits", number).integer(0, 2 ** 31 - 1);
      const outcome = await runner.run(quietTrial(params, number, trialSeed));
      if (outcome.kind === "returned" && typeof outcome.result === "number") {
        const value = Number.isFinite(outcome.result) ? outcome.result : NaN;
        return { value, regret: Number.isNaN(value) ? Infinity : value };
      }
      if (outcome.kind === "failed" && outcome.failure.reason === "diverged") {
        return { value: NaN, regret: Infinity };
      }
      throw new Error(`Trial ${number} of ${task} ended unexpectedly: ${JSON.stringify(outcome)}`);
    },
  };
}

/** Where nothing can be made. */
const NO_FOLDER = "/dev/null/bench";

/** A trial that keeps nothing and is never pruned. */
function quietTrial(params: Params, number: number, seed: number): HostTrial {
  const declared = (name: string): never => {
    throw new HpoError(`"${name}" is not declared in the study's space, which the bench needs.`);
  };
  return {
    number,
    params,
    seed,
    signal: new AbortController().signal,
    userAttrs: {},
    directoryPath: NO_FOLDER,
    get directory(): never {
      throw new HpoError("A trial of the bench keeps no files.");
    },
    saveArtifact(): never {
      throw new HpoError("A trial of the bench keeps no files.");
    },
    begin() {},
    startsWorker() {},
    heard() {},
    report() {},
    shouldPrune: () => false,
    log() {},
    setUserAttr() {},
    setConstraints() {},
    suggestFloat: declared,
    suggestInt: declared,
    suggestCategorical: declared,
    writeOutput() {},
    setDevice() {},
    setVersions() {},
    dropReports() {},
    retry() {},
    note() {},
  };
}
