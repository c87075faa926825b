import { createHash } from "node:crypto";

/** Pods are called by the job's name, a dash and their index; all of it is a label of at most 63. */
const MOST = 40;

/**
 * What a study's job is called where names are labels of RFC 1123: `hpo-` and a–z, 0–9 and dashes, at
 * most 53 characters, which Slurm, Kubernetes and systemd all take. A name that doesn't fit gets a mark
 * of its own, so that no two studies meet.
 */
export function safeName(study: string): string {
  const label = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MOST)
    .replaceAll(/^-+|-+$/g, "");
  if (label === study && label !== "") return `hpo-${label}`;
  const mark = createHash("sha256").update(study).digest("hex").slice(0, 8);
  return ["hpo", label, mark].filter((part) => part !== "").join("-");
}
