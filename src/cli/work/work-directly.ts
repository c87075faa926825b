import type { Storage } from "../../contracts/storage.ts";
import type { Trial } from "../../contracts/trial.ts";
import { sourceFolder, type StudyFile } from "../../study-file/load-study-file.ts";
import { keepFiles } from "../../study/cleaning/file-keeper.ts";
import { notifiedOf } from "../../study/notify/notify-options.ts";
import { notifier } from "../../study/notify/notifier.ts";
import { enterStudy } from "../../study/heartbeat/presence.ts";
import { openStudy } from "../../study/open-study.ts";
import { EXHAUSTED } from "../../study/optimize.ts";
import { studyLimit } from "../../study/stopping/study-limit.ts";
import { keepEnd } from "../../study/stopping/study-stop.ts";
import { studyKey } from "../../study/study-key.ts";
import { engineOf } from "../../study/study-internals.ts";
import { leaseOf } from "../../study/trial/trial-lease.ts";
import { within } from "../../system/within.ts";
import { fileDifference, fileHash } from "../../workers/file-hash.ts";
import { withStorage } from "../context.ts";
import { print, warn } from "../output.ts";
import { requireKept } from "../run/require-kept.ts";
import { flagsOf, rememberSource } from "../run/run-source.ts";
import { endIfDrained, type Drain } from "./drain.ts";
import type { WorkFlags } from "./work-flags.ts";
import { workAndTell } from "./work-through.ts";

/**
 * Runs trials of a study on the database itself, as a few machines may do that all reach it: each is its own
 * coordinator. It cleans what it keeps and tells of its own bests; the last of them tells of the study's end.
 */
export const workDirectly = (
  storage: string,
  file: StudyFile,
  flags: WorkFlags,
  drain: Drain,
): Promise<void> =>
  withStorage(
    { storage },
    async (opened) => {
      const artifacts = flags.artifacts ?? file.definition.artifacts;
      const trials = await totalOf(opened, file, flags);
      const definition = { ...file.definition, artifacts, trials };
      const study = await openStudy(definition, { storage: opened, log: warn });
      if (flags.trials !== undefined) await rememberTotal(opened, file, flags.trials);
      study.subscribe((event) => event.type === "note" && warn(event.message));
      await study.refresh();
      const engine = engineOf(study);
      const { state } = engine;
      await studyKey(state);
      engine.sourceFolder = sourceFolder(file.source);
      state.file = fileHash(flags.file!);
      tellOtherFiles(study.trials(), state.file);
      if (flags.lease !== undefined) state.setLease(flags.lease);
      const limits = {
        total: definition.trials,
        until: definition.until,
        timeoutMs: definition.timeoutMs,
      };
      const leave = await enterStudy(state);
      const limit = studyLimit(engine, limits);
      const files = keepFiles(state, definition);
      const notices = notifier(state, notifiedOf(definition));
      try {
        const reason = await workAndTell(engine, file, flags, drain, limits);
        if (!drain.stopping.aborted) {
          // What others have begun and ended since this one asked last.
          await state.refresh();
          const why = limit() ?? (reason === EXHAUSTED ? reason : undefined);
          if (why !== undefined && (await keepEnd(state, why))) {
            // What the others kept in a folder that is common to all, too.
            files.look();
            notices.ended(why);
          }
          await requireKept(study, storage);
        }
      } catch (error) {
        if (!drain.stopping.aborted) notices.failed((error as Error).message);
        throw error;
      } finally {
        await files.end();
        if (!drain.now.aborted) await notices.close();
        await (drain.stopping.aborted ? within(SOON_MS, leave()) : leave());
      }
      // Before the storage is closed, which waits for its server.
      await endIfDrained(drain);
    },
    { waiting: drain.stopping },
  );

/** As it is said here, else as the study was run before, else as the file says. */
async function totalOf(
  storage: Storage,
  { definition }: StudyFile,
  flags: WorkFlags,
): Promise<number | undefined> {
  const record = await storage.findStudy(definition.name);
  const { trials } = record ? flagsOf(record.systemAttrs) : {};
  if (flags.trials !== undefined || trials === undefined) return flags.trials ?? definition.trials;
  if (trials !== definition.trials && !flags.quiet && !flags.json) {
    const others =
      definition.trials === undefined
        ? ""
        : `, in place of the ${definition.trials} of ${flags.file}`;
    print(`As it was run before: --trials ${trials}${others} (--trials says another total)`);
  }
  return trials;
}

/** Other workers, and `hpo study resume`, keep to it. */
async function rememberTotal(storage: Storage, file: StudyFile, trials: number): Promise<void> {
  const { name } = file.definition;
  const record = await storage.findStudy(name);
  await rememberSource(storage, name, file.source, { ...flagsOf(record!.systemAttrs), trials });
}

/** How long a worker that was told to stop waits for a database that may be away. */
const SOON_MS = 2000;

/** Where others ran the study by another text of its file. */
function tellOtherFiles(trials: readonly Trial[], hash: string): void {
  const leases = trials.flatMap(({ systemAttrs }) => leaseOf(systemAttrs) ?? []);
  const notes = leases.map(({ host, file }) => fileDifference(`Host ${host}`, file, hash));
  for (const note of new Set(notes)) if (note !== undefined) warn(note);
}
