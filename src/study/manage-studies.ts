import { keptFolders, newFolders } from "../artifacts/study-folders.ts";
import type { Storage, StudySummary } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { withoutPresence } from "./heartbeat/presence.ts";
import { requireStudyName } from "../errors/stored-name.ts";
import { findOrThrow, storageOf, type StorageOption } from "./stored-study.ts";

/**
 * All studies of a storage, by their creation.
 *
 * @example
 * ```ts
 * import { listStudies } from "hpo";
 *
 * for (const { name, directions } of await listStudies({ storage: "sqlite:hpo.db" })) {
 *   console.log(name, directions);
 * }
 * ```
 */
export const listStudies = async (options: StorageOption = {}): Promise<readonly StudySummary[]> =>
  (await storageOf(options, false)).listStudies();

/**
 * Removes a study with all its trials, but not the files they kept: one that can't be read, too.
 * @throws StudyNotFoundError
 *
 * @example
 * ```ts
 * import { deleteStudy } from "hpo";
 *
 * await deleteStudy("digits-before", { storage: "sqlite:hpo.db" });
 * ```
 */
export async function deleteStudy(name: string, options: StorageOption = {}): Promise<void> {
  const storage = await storageOf(options, false);
  const listed = (await storage.listStudies()).find((study) => study.name === name);
  await storage.deleteStudy((listed ?? (await findOrThrow(storage, name))).id);
}

/**
 * Gives a study another name; its trials' files stay where they are.
 * @throws StudyNotFoundError; DuplicateStudyError if the new name is taken.
 *
 * @example
 * ```ts
 * import { renameStudy } from "hpo";
 *
 * await renameStudy("digits", "digits-adamw", { storage: "sqlite:hpo.db" });
 * ```
 */
export async function renameStudy(
  name: string,
  newName: string,
  options: StorageOption = {},
): Promise<void> {
  const storage = await storageOf(options, false);
  const record = await findOrThrow(storage, name);
  requireStudyName("The new name", newName);
  await storage.renameStudy(record.id, newName);
  await storage.setStudyAttributes(record.id, { system: keptFolders(storage, record) });
}

/**
 * Copies a study, with everything its storage has of it, within a storage or into another one. The
 * files of its trials stay where they are, with the original.
 * @throws StudyNotFoundError; DuplicateStudyError if the target has a study of that name.
 *
 * @example
 * ```ts
 * import { copyStudy } from "hpo";
 *
 * await copyStudy("digits", "digits-before", { storage: "sqlite:hpo.db" });
 * await copyStudy("digits", "digits", { storage: "sqlite:hpo.db", to: "sqlite:backup.db" });
 * ```
 */
export async function copyStudy(
  name: string,
  newName: string,
  options: StorageOption & { readonly to?: Storage | string } = {},
): Promise<void> {
  requireStudyName("The copy's name", newName);
  const from = await storageOf(options, false);
  const to = options.to === undefined ? from : await storageOf({ storage: options.to }, true);
  const { id, directions, userAttrs, systemAttrs: all } = await findOrThrow(from, name);
  const {
    [ATTRIBUTE.finishCount]: _count,
    [ATTRIBUTE.tokens]: _tokens,
    [ATTRIBUTE.key]: _key,
    ...systemAttrs
  } = withoutPresence(all);
  const { trials } = await from.readTrials(id);
  const copy = await to.createStudy({
    name: newName,
    directions,
    userAttrs,
    systemAttrs: { ...systemAttrs, ...newFolders(to, newName) },
  });
  await to.createTrials(copy.id, trials);
}
