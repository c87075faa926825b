import { DuplicateStudyError, StudyNotFoundError } from "../errors/errors.ts";
import type { Storage } from "../contracts/storage.ts";
import { memoryStudy, type MemoryStudy } from "./memory-study.ts";
import type { StorageScheme } from "./storage-scheme.ts";

/**
 * Keeps studies as long as the process lives: for tests, and for runs nobody wants to keep.
 *
 * @example
 * ```ts
 * import { createStudy, float, memoryStorage, searchSpace } from "hpo";
 *
 * const storage = memoryStorage();
 * const space = searchSpace({ x: float(0, 1) });
 * await createStudy({ name: "a", space }, { storage });
 * console.log((await storage.listStudies()).map(({ name }) => name)); // [ 'a' ]
 * ```
 */
export function memoryStorage(url = "memory:"): Storage {
  const studies = new Map<number, MemoryStudy>();
  const studyOf = new Map<number, MemoryStudy>();
  let lastStudyId = 0;
  let lastTrialId = 0;

  /** When each worker gave its last heartbeat, by `performance.now()`. */
  const beats = new Map<string, number>();
  const beat = async (...workers: readonly string[]): Promise<void> => {
    for (const worker of workers) beats.set(worker, performance.now());
  };

  const studyById = (id: number): MemoryStudy => {
    const study = studies.get(id);
    if (study) return study;
    throw new StudyNotFoundError(`There is no study ${id} in ${url}. Was it deleted?`);
  };
  const studyByName = (name: string) => [...studies.values()].find((study) => study.name === name);
  const checkFree = (name: string): void => {
    if (!studyByName(name)) return;
    throw new DuplicateStudyError(
      `There is already a study named ${JSON.stringify(name)} in ${url}. ` +
        "Take another name, or rename or delete that study first.",
    );
  };

  return {
    url,
    listStudies: async () => [...studies.values()].map((study) => study.summary()),
    findStudy: async (name) => studyByName(name)?.record(),
    createStudy: async (study) => {
      checkFree(study.name);
      const id = ++lastStudyId;
      const created: MemoryStudy = memoryStudy(id, study, {
        nextTrialId: () => {
          studyOf.set(++lastTrialId, created);
          return lastTrialId;
        },
        beat,
      });
      studies.set(id, created);
      return created.record();
    },
    renameStudy: async (studyId, name) => {
      const study = studyById(studyId);
      if (study.name === name) return;
      checkFree(name);
      study.name = name;
    },
    deleteStudy: async (studyId) =>
      studyById(studyId).whenFree(() => {
        for (const { id } of studyById(studyId).trials) studyOf.delete(id);
        studies.delete(studyId);
      }),
    setStudyAttributes: async (studyId, change) => {
      const study = studyById(studyId);
      return study.whenFree(() => study.setAttributes(change));
    },
    readTrials: async (studyId, cursor) => {
      const study = studyById(studyId);
      return study.whenFree(() => studyById(studyId).changes(cursor));
    },
    readNumbered: async (studyId, numbers) => {
      const study = studyById(studyId);
      return study.whenFree(() => studyById(studyId).numbered(numbers));
    },
    inTurn: async (studyId, work) =>
      studyById(studyId).inTurn((turn) => {
        studyById(studyId);
        return work(turn);
      }),
    createTrials: async (studyId, trials) => {
      const study = studyById(studyId);
      return study.whenFree(() => studyById(studyId).createTrials(trials));
    },
    updateTrial: async (trialId, change, held) => {
      const study = studyOf.get(trialId);
      if (!study) return false;
      return study.whenFree(() => studyOf.has(trialId) && study.updateTrial(trialId, change, held));
    },
    finishTrial: async (trialId, end, held) => {
      const study = studyOf.get(trialId);
      return study?.whenFree(() =>
        studyOf.has(trialId) ? study.finishTrial(trialId, end, held) : undefined,
      );
    },
    indexFinished: async (studyId) => void studyById(studyId), // all finished trials have an index
    beat,
    readSigns: async (workers) =>
      new Map(
        workers.flatMap((worker) => {
          const at = beats.get(worker);
          if (at === undefined) return [];
          return [[worker, { mark: String(at), ageMs: performance.now() - at }] as const];
        }),
      ),
    close: async () => {},
  };
}

/** `memory:` */
export const memoryScheme: StorageScheme = {
  form: "memory:",
  endsWithProcess: true,
  locate: () => "memory:",
  open: async (url) => memoryStorage(url),
};
