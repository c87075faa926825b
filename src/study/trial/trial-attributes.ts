import type { Judgement } from "../../contracts/pruner.ts";
import type { AttributeChange } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { isVersions, provenanceOf } from "../../contracts/provenance.ts";
import type { Attributes, RunningTrial } from "../../contracts/trial.ts";
import { attributeValue } from "../../contracts/attribute-value.ts";
import { requireStoredName } from "../../errors/stored-name.ts";

/** The attributes of a running trial: the user's, and those that this library keeps with it. */
export class TrialAttributes {
  readonly #write: (change: AttributeChange) => void;
  #user: Attributes;
  #system: Attributes;
  /** The attributes of the pruner's judgements that are stored already. */
  readonly #judged = new Set<string>();

  constructor({ userAttrs, systemAttrs }: RunningTrial, write: (change: AttributeChange) => void) {
    // The objects are shared with the history, and replaced on change, which few trials do.
    this.#user = userAttrs;
    this.#system = systemAttrs;
    this.#write = write;
  }

  get user(): Attributes {
    return this.#user;
  }
  get system(): Attributes {
    return this.#system;
  }
  get device(): string | undefined {
    return this.#system[ATTRIBUTE.device] as string | undefined;
  }
  get maxStep(): number | undefined {
    return this.#system[ATTRIBUTE.maxStep] as number | undefined;
  }
  get continueFrom(): number | undefined {
    return this.#system[ATTRIBUTE.continueFrom] as number | undefined;
  }

  /** Its device, and the trial that it goes on from, as far as it has either. */
  get placement(): Pick<RunningTrial, "device" | "continueFrom"> {
    const { device, continueFrom } = this;
    return {
      ...(device !== undefined && { device }),
      ...(continueFrom !== undefined && { continueFrom }),
    };
  }

  /** @throws HpoError if the value can't be stored */
  setUser(name: string, given: unknown): void {
    requireStoredName("setUserAttr: the name", name);
    const value = attributeValue(given, `setUserAttr("${name}")`);
    this.#user = { ...this.#user, [name]: value };
    this.#write({ user: { [name]: value } });
  }

  setDevice(name: string): void {
    if (this.device !== name) this.#setSystem({ [ATTRIBUTE.device]: name });
  }

  /** Stores the versions of the program's libraries; not for a study in memory. */
  setVersions(given: Readonly<Record<string, string>>): void {
    const before = provenanceOf({ systemAttrs: this.#system });
    if (!before) return;
    const versions = { ...before.versions, ...given };
    if (!isVersions(versions)) return;
    this.#setSystem({ [ATTRIBUTE.provenance]: { ...before, versions } });
  }

  #setSystem(system: Attributes): void {
    this.#system = { ...this.#system, ...system };
    this.#write({ system });
  }

  /**
   * Stores the pruner's first warning about the trial, and its reason for stopping it.
   * @returns whether it is news
   */
  keepJudgement({ prune, text }: Judgement, step: number | undefined): boolean {
    const name = prune ? ATTRIBUTE.whyPruned : ATTRIBUTE.warning;
    if (text === undefined || this.#judged.has(name)) return false;
    this.#judged.add(name);
    this.#setSystem({ [name]: { step, text } });
    return true;
  }

  /** Counts a retry and drops what the pruner said. @returns what is still to be written of it */
  countRetry(): { readonly count: number; readonly system: Attributes } {
    const count = Number(this.#system[ATTRIBUTE.retries] ?? 0) + 1;
    const dropped = Object.fromEntries([...this.#judged].map((name) => [name, null]));
    const system = { [ATTRIBUTE.retries]: count, ...dropped };
    this.#judged.clear();
    this.#system = { ...this.#system, ...system };
    return { count, system };
  }
}
