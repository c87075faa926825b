import { setTimeout as sleep } from "node:timers/promises";
import type { Notifier } from "../../study/notify/notifier.ts";
import { keepEnd } from "../../study/stopping/study-stop.ts";
import { engineOf } from "../../study/study-internals.ts";
import type { Study } from "../../study/study.ts";
import { leaseOf } from "../../study/trial/trial-lease.ts";
import type { AskingPrograms } from "../../workers/asking-programs.ts";
import type { Coordinator } from "../../workers/coordinator.ts";
import { errorLimit, type ErrorLimit } from "../run/error-limit.ts";

/** A served study, as far as its end goes. */
export interface EndingStudy {
  readonly study: Study;
  readonly coordinator: Coordinator;
  readonly programs: AskingPrograms;
  readonly notices: Notifier;
}

const LOOK_MS = 500;
/** How long workers and programs have to hear that the study is done. */
const LINGER_MS = 30_000;

/** Resolves once the study is done, which is kept and told. @returns why it is @throws what became of it, if it is gone */
export async function studyEnd({ study, coordinator, notices }: EndingStudy): Promise<string> {
  for (;;) {
    if (coordinator.gone) throw coordinator.gone;
    const why = coordinator.done;
    if (why !== undefined) {
      if (await keepEnd(engineOf(study).state, why)) notices.ended(why);
      return why;
    }
    await sleep(LOOK_MS, undefined, { ref: false });
  }
}

/** Resolves once all that waits for a trial of the study knows that it is done, or has had its time to. */
export async function allKnow({ coordinator, programs }: EndingStudy): Promise<void> {
  const late = sleep(LINGER_MS, undefined, { ref: false });
  await Promise.race([late, Promise.all([coordinator.allTold(), programs.allClosed()])]);
}

/** Tells of each worker that gives up as its trials err, by the rule by which it does so itself. */
export function tellErrors({ study, notices }: EndingStudy): void {
  const limits = new Map<string, ErrorLimit>();
  study.subscribe((event) => {
    if (event.type !== "finished") return;
    const lease = leaseOf(event.trial.systemAttrs);
    if (lease?.slot === undefined) return;
    const limit = limits.get(lease.worker) ?? errorLimit(study.name);
    limits.set(lease.worker, limit);
    const isKnown = limit.verdict !== undefined;
    limit.ended(event.trial);
    if (!limit.goesOn(event.trial) && !isKnown) {
      notices.failed(`Host ${lease.host}: ${limit.verdict}`);
    }
  });
}
