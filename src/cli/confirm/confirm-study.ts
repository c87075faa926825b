import { trialOptionsOver } from "../../runner/trial-options.ts";
import { loadSource } from "../../study-file/load-study-file.ts";
import { bestSettings } from "../../study/confirm/candidates.ts";
import { confirmationOf } from "../../study/confirm/confirmation.ts";
import { confirmingName, confirmingStudy } from "../../study/confirm/confirming-study.ts";
import { findOrThrow } from "../../study/stored-study.ts";
import { viewStudy } from "../../study/study-view.ts";
import { goOnWithoutReader } from "../closed-output.ts";
import { withStorage } from "../context.ts";
import { knowsUnicode } from "../draw/unicode.ts";
import { print, printJson, table } from "../output.ts";
import { sourceOf } from "../run/run-source.ts";
import { checkRunFlags, keptFlags, limitsOf, type RunFlags } from "../run/run-flags.ts";
import { requireKept } from "../run/require-kept.ts";
import { devicesOf, runTrials } from "../run/run-study.ts";
import { confirmationTable, confirmationVerdict } from "./confirmation-report.ts";

export interface ConfirmFlags extends RunFlags {
  readonly top: number;
  readonly seeds: number;
}

/** Runs the best settings of a stored study again. @returns the exit code */
export async function confirmStudy(name: string, given: ConfirmFlags): Promise<number> {
  goOnWithoutReader();
  checkRunFlags("hpo study confirm", given);
  return withStorage(given, async (storage) => {
    const { systemAttrs } = await findOrThrow(storage, name);
    const source = sourceOf(name, systemAttrs);
    // On the devices and within the limits that the study ran with last; the rest was the search's.
    const flags = { ...keptFlags(source.flags), timeout: undefined, ...given };
    const file = await loadSource(source, flags);
    const study = await viewStudy(name, storage);
    const settings = bestSettings(study, flags.top);
    const { artifacts, workers, maxRestarts, lostTrials } = file.definition;
    const kept = { artifacts, workers, maxRestarts, lostTrials };
    const devices = await devicesOf(confirmingName(name), file, file.definition, flags);
    const runs = await confirmingStudy(study, settings, flags.seeds, kept);
    const definition = {
      ...file.definition,
      ...trialOptionsOver(limitsOf(flags), file.definition),
      until: undefined,
      trials: runs.trials().length,
    };
    const tell = (reason: string): void => {
      const confirmation = confirmationOf(name, runs, settings);
      if (flags.json) {
        printJson({ ...confirmation, reason });
        return;
      }
      const unicode = knowsUnicode();
      const { head, rows } = confirmationTable(confirmation, unicode);
      const verdict = confirmationVerdict(confirmation, study, unicode);
      print(`Stopped: ${reason}.`);
      print(["", table(head, rows), "", ...verdict].join("\n"));
    };
    const report = async (reason: string): Promise<void> => {
      tell(reason);
      await requireKept(runs, flags.storage);
    };
    return runTrials(runs, file, definition, flags, { devices, report });
  });
}
