import { Command } from "commander";
import type { StateParts, StudyState } from "../../study/study-state.ts";
import type { HttpStorage } from "../../workers/http-storage.ts";
import type { SteerCall } from "../../workers/steer-call.ts";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface SteerOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly message?: string;
}

type Steer = typeof import("../../study/steer/steer-trials.ts");

interface Action {
  readonly name: SteerCall["do"];
  readonly description: string;
  /** As in "Trial 3 is cancelled." */
  readonly done: string;
  readonly run: (
    steer: Steer,
    state: StudyState<StateParts>,
    numbers: readonly number[],
    options: SteerOptions,
  ) => Promise<void>;
}

const numbersArgument = (text: string, before: readonly number[] = []): readonly number[] => [
  ...before,
  integer(0)(text),
];

function command({ name, description, done, run }: Action): Command {
  return new Command(name)
    .description(description)
    .argument("<name>", "the study's name")
    .argument("<numbers...>", "the trials' numbers; all are done, or none", numbersArgument)
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (study: string, numbers: readonly number[], options: SteerOptions) => {
      const { isCoordinator, placeOf, withStorage } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const steer = await import("../../study/steer/steer-trials.ts");
      const place = placeOf(study, options);
      await withStorage(place.options, async (storage) => {
        if (!isCoordinator(place.options.storage)) {
          return run(steer, await steer.openSteered(study, storage), numbers, options);
        }
        const { yes: force, message } = options;
        return (storage as HttpStorage).steer(place.name, {
          do: name,
          numbers: [...numbers],
          force,
          message,
        });
      });
      if (options.json) printJson({ name: study, trials: numbers, done });
      else for (const number of numbers) print(`Trial ${number} is ${done}.`);
    });
}

export const cancelCommand = (): Command =>
  command({
    name: "cancel",
    description: "take queued trials away",
    done: "cancelled",
    run: (steer, state, numbers) => steer.cancel(state, numbers),
  });

export const excludeCommand = (): Command =>
  command({
    name: "exclude",
    description: "keep finished trials out of the search, and of the best, from now on",
    done: "left out of the search",
    run: (steer, state, numbers) => steer.setExcluded(state, numbers, true),
  });

export const includeCommand = (): Command =>
  command({
    name: "include",
    description: "take excluded trials in again",
    done: "part of the search",
    run: (steer, state, numbers) => steer.setExcluded(state, numbers, false),
  });

const YES = "also where the trial's process lives, or may live: its result is refused then";

export const requeueCommand = (): Command =>
  command({
    name: "requeue",
    description: "free running trials whose process is gone, to be started again as they were",
    done: "free, and starts again with the next run",
    run: (steer, state, numbers, { yes }) => steer.requeue(state, numbers, { force: yes }),
  }).option("--yes", YES);

export const failCommand = (): Command =>
  command({
    name: "fail",
    description: "end running trials whose process is gone: they fail as lost",
    done: "failed",
    run: (steer, state, numbers, { yes, message }) =>
      steer.fail(state, numbers, { force: yes, ...(message !== undefined && { message }) }),
  })
    .option("--message <text>", "what is known of it")
    .option("--yes", YES);
