import type { Provenance } from "../contracts/provenance.ts";
import type { Trial } from "../contracts/trial.ts";
import { HpoError } from "../errors/errors.ts";
import { trialToJson } from "../export/trial-json.ts";
import { distributionFromJson } from "../space/distribution-json.ts";
import type { Distribution } from "../space/distribution.ts";
import type { AddedTrial } from "../study/trial/added-trials.ts";
import type { AskedTrial, Study } from "../study/study.ts";
import { engineOf } from "../study/study-internals.ts";
import type { AskedJson, StudyQuestion, StudyQuestionOf } from "./messages.ts";

/** A study that another process asks and tells. */
export interface ServedStudy {
  /** @throws HpoError that says what is wrong with the question */
  answer(question: StudyQuestion): Promise<unknown>;
  /** Hands back the trials that were asked for and not told: they start again as they were. */
  close(): Promise<void>;
}

/** What is told of a study that was opened. */
export const openedJson = ({ name, directions, metricNames }: Study): object => ({
  name,
  directions,
  metricNames: metricNames ?? null,
});

export interface ServedOptions {
  /** How many trials the study is to have in all; as its definition says, if left out. */
  readonly total?: number;
  /** Where the other process runs trials from; null if it does not say, left out where it is as this one. */
  readonly provenance?: Provenance | null;
}

export function servedStudy(
  study: Study,
  { total = study.trialBudget, provenance }: ServedOptions = {},
): ServedStudy {
  const live = new Map<number, AskedTrial>();
  const asked = (number: number): AskedTrial => {
    const trial = live.get(number);
    if (trial) return trial;
    throw new HpoError(
      `Trial ${number} was not asked for here, or was told already. Ask for it first.`,
    );
  };

  async function tell(question: StudyQuestionOf<"tell">): Promise<unknown> {
    const { number, values, state, failure, constraints } = question;
    const trial = live.get(number);
    if (constraints) asked(number).setConstraints(constraints);
    const told = await study.tell(trial ?? number, values, {
      state: state ?? (failure ? "failed" : undefined),
      failure,
    });
    live.delete(number);
    return trialToJson(told);
  }
  async function ask(count: number): Promise<readonly AskedJson[]> {
    const trials = await engineOf(study).ask(count, { total, provenance });
    for (const trial of trials) live.set(trial.number, trial);
    return trials.map(askedJson);
  }
  async function close(): Promise<void> {
    const left = [...live.keys()];
    live.clear();
    await Promise.all(left.map((number) => engineOf(study).handBack(number)));
  }
  return {
    async answer(question) {
      switch (question.do) {
        case "open":
          throw new HpoError(`Study ${JSON.stringify(study.name)} is open already.`);
        case "ask":
          return ask(question.count);
        case "suggest": {
          const { name, distribution } = question;
          return suggested(asked(question.number), name, distributionFromJson(distribution));
        }
        case "report": {
          const { number, value, step, log } = question;
          const trial = asked(number);
          if (log) trial.log(log, step);
          trial.report(value, step);
          return { stop: trial.shouldPrune() };
        }
        case "beat":
          return null;
        case "close":
          return close();
        case "attrs":
          for (const [name, value] of Object.entries(question.attrs)) {
            asked(question.number).setUserAttr(name, value);
          }
          return null;
        case "tell":
          return tell(question);
        case "release": {
          const trial = asked(question.number);
          live.delete(question.number);
          await engineOf(study).handBack(trial.number);
          return null;
        }
        case "enqueue": {
          const { params, skipIfExists } = question;
          return (await study.enqueue(params, { skipIfExists })) ?? null;
        }
        case "add":
          return (await study.addTrials(question.trials.map(addedTrial))).map(
            ({ number }) => number,
          );
        case "best":
          await study.refresh();
          return study.bestTrials.map((trial: Trial) => trialToJson(trial));
        case "trials":
          await study.refresh();
          return study.trials().map(trialToJson);
      }
    },
    close,
  };
}

function askedJson(trial: AskedTrial): AskedJson {
  const { number, params, seed, directoryPath: directory, maxStep, continueFrom } = trial;
  return {
    number,
    params,
    seed,
    directory,
    ...(maxStep !== undefined && { maxStep }),
    ...(continueFrom && {
      continueFrom: { number: continueFrom.number, directory: continueFrom.directory },
    }),
  };
}

function suggested(trial: AskedTrial, name: string, distribution: Distribution): unknown {
  switch (distribution.kind) {
    case "float": {
      const { low, high, log, step } = distribution;
      return trial.suggestFloat(name, low, high, { log, step });
    }
    case "int": {
      const { low, high, log, step } = distribution;
      return trial.suggestInt(name, low, high, { log, step });
    }
    case "categorical":
      return trial.suggestCategorical(name, distribution.choices);
  }
}

const addedTrial = ({
  values,
  distributions,
  ...trial
}: StudyQuestionOf<"add">["trials"][number]): AddedTrial => ({
  ...trial,
  result: values,
  distributions: Object.fromEntries(
    Object.entries(distributions).map(([name, json]) => [name, distributionFromJson(json)]),
  ),
});
