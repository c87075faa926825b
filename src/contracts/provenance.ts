import { ATTRIBUTE } from "./attributes.ts";
import type { Trial } from "./trial.ts";

/** Where a trial ran from: what is needed to run it again as it was. Nothing of the environment's variables. */
export interface Provenance {
  readonly host: string;
  /** `linux-x64`: the system, and the processor's kind. */
  readonly platform: string;
  /** The commit that the study's folder was at; left out where git knows of none. */
  readonly commit?: string;
  /** Whether files that git tracks differed from the commit; left out where git did not say in time. */
  readonly dirty?: boolean;
  /** SHA-256 of the files that pin packages' versions, by their names: `uv.lock`, `package-lock.json`. */
  readonly locks?: Readonly<Record<string, string>>;
  /** `node`, `hpo`, and what the trial's own program tells: `python`, `torch`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Undefined where none was kept: of trials of other programs, and of studies in memory. */
export const provenanceOf = ({ systemAttrs }: Pick<Trial, "systemAttrs">): Provenance | undefined =>
  (systemAttrs[ATTRIBUTE.provenance] ?? undefined) as Provenance | undefined;

const MOST = 20;
const LONGEST = 100;

/** Whether something that came from elsewhere is a few names with short texts. */
export const isVersions = (given: unknown): given is Readonly<Record<string, string>> =>
  typeof given === "object" &&
  given !== null &&
  !Array.isArray(given) &&
  Object.entries(given).length <= MOST &&
  Object.entries(given).every(
    ([name, text]) =>
      name !== "__proto__" &&
      name.length <= LONGEST &&
      typeof text === "string" &&
      text.length <= LONGEST,
  );
