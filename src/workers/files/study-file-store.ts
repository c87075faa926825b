import { engineOf } from "../../study/study-internals.ts";
import type { Study } from "../../study/study.ts";
import { fileStore, type FileStore } from "./file-store.ts";
import type { UploadLimits } from "./upload-budget.ts";

/** The file store of an open study, told when trials end and when files are cleaned up. */
export function studyFileStore(study: Study, limits: UploadLimits): FileStore {
  const { folders } = engineOf(study).state.parts;
  const store = fileStore(folders.places, limits);
  study.subscribe((event) => {
    if (event.type === "cleaned") store.removed(event.number, event.bytes);
    if (event.type !== "finished") return;
    store.settled(folders.of(event.trial.number), event.trial.number);
  });
  return store;
}
