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
  /** The kinds of the pruner's judgements that are kept already. */
  readonly #judged = new Set<string>();

  constructor({ userAttrs, systemAttrs }: RunningTrial, write: (change: AttributeChange) => void) {
    // Shared with the history, replaced on change: most trials change none of them.
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

  /** Where it runs, and which training it goes on with, as far as either is so. */
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

  /** Keeps the versions of the program's libraries; not in a study in memory, which ends with this process. */
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
   * Keeps what the pruner says of the trial: its first warning, and why it stops the trial.
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
