import { heldPlace, type ServedFiles } from "../../workers/files/file-routes.ts";
import type { FileStore } from "../../workers/files/file-store.ts";
import { studyFileStore } from "../../workers/files/study-file-store.ts";
import type { Coordinator } from "../../workers/coordinator.ts";
import type { Study } from "../../study/study.ts";
import { parseBytes } from "../../system/byte-size.ts";
import { asUsage } from "../usage-error.ts";

export interface UploadFlags {
  /** False: what trials keep stays with their workers. */
  readonly uploads: boolean;
  readonly uploadPerTrial: string;
  readonly uploadPerStudy: string;
}

/** Where workers send what trials of the study keep; undefined where they send nothing. */
export function storeOf(
  study: Study,
  { uploads, uploadPerTrial, uploadPerStudy }: UploadFlags,
): FileStore | undefined {
  const limits = asUsage(() => ({
    bytesPerTrial: parseBytes("--upload-per-trial", uploadPerTrial),
    bytesPerStudy: parseBytes("--upload-per-study", uploadPerStudy),
  }));
  return uploads ? studyFileStore(study, limits) : undefined;
}

export const servedFiles = (store: FileStore, coordinator: Coordinator): ServedFiles => ({
  store,
  place: async (number, lease) => heldPlace(await coordinator.find({ number, lease }), lease),
});
