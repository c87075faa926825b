import type { Turn } from "../contracts/storage.ts";
import { sameVersion, versionsOf, versionsToJson, type StudyVersion } from "./study-version.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** The versions of an open study, the last of which may not be stored yet. */
export class Versions {
  #all: readonly StudyVersion[];
  #index: number;
  #isSaved: boolean;

  constructor(all: readonly StudyVersion[], isNew: boolean) {
    this.#all = all;
    this.#index = all.length - 1;
    this.#isSaved = !isNew;
  }

  get all(): readonly StudyVersion[] {
    return this.#all;
  }
  /** What suggestions are made from now. */
  get current(): StudyVersion {
    return this.#all[this.#index];
  }
  /** Its index among all versions, stored with each trial that it suggests. */
  get index(): number {
    return this.#index;
  }

  /**
   * Stores the version before the first suggestion under it, so that no trial names an unknown one.
   */
  async save(turn: Turn): Promise<void> {
    if (this.#isSaved) return;
    // Other processes may have added versions of theirs since the study was opened.
    const stored = versionsOf((await turn.study()).systemAttrs);
    const last = stored.at(-1);
    const all = last && sameVersion(last, this.current) ? stored : [...stored, this.current];
    this.#all = all;
    this.#index = all.length - 1;
    if (all === stored) return;
    await turn.setAttributes({ system: { [ATTRIBUTE.versions]: versionsToJson(all) } });
  }

  /** Whether the current version is stored. */
  get areSaved(): boolean {
    return this.#isSaved;
  }

  /** Called once what `save` wrote is committed. */
  saved(): void {
    this.#isSaved = true;
  }
}
