import { provenanceOf, type Provenance } from "../contracts/provenance.ts";
import type { Trial } from "../contracts/trial.ts";
import { listed } from "./words.ts";
import { counted } from "../errors/counted.ts";

/** `commit 1a2b3c4d5e6f with changes`; undefined where git knew of none. */
export const commitText = ({ commit, dirty }: Provenance): string | undefined =>
  commit === undefined
    ? undefined
    : `commit ${commit.slice(0, 12)}${dirty ? " with changes" : dirty === undefined ? ", changes not known" : ""}`;

/** `hpo 0.1.0, node 22.1.0, python 3.11.2` */
export const versionsText = ({ versions }: Provenance): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .sort()
    .join(", ");

const locksText = ({ locks = {} }: Provenance): string =>
  Object.entries(locks)
    .map(([name, hash]) => `${name} ${hash.slice(0, 12)}`)
    .sort()
    .join(", ");

/** Where the trials ran from; what differs between them is told, as their results are compared. */
export function ranFromSaid(trials: readonly Trial[]): string[] {
  const known = trials.flatMap((trial) => provenanceOf(trial) ?? []);
  if (known.length === 0) return [];
  const told = [
    facet("commits", known, (each) => commitText(each) ?? "no commit"),
    facet("sets of pinned packages", known, (each) => locksText(each) || "no lock file"),
    facet("hosts", known, ({ host }) => host),
    facet("sets of versions", known, versionsText),
  ];
  const same = told
    .filter(({ kinds }) => kinds.size === 1)
    .map(({ kinds }) => [...kinds.keys()][0]);
  const different = told.filter(({ kinds }) => kinds.size > 1);
  return [
    ...(same.length > 0 ? [`All trials ran from ${listed(same)}.`] : []),
    ...different.map(({ name, kinds }) => {
      const parts = [...kinds].sort(([, a], [, b]) => b - a);
      const shown = parts
        .slice(0, MOST)
        .map(([text, count]) => `${text} (${counted(count, "trial")})`);
      const more = parts.length > MOST ? [`${parts.length - MOST} more`] : [];
      return `They ran from ${kinds.size} ${name}: ${[...shown, ...more].join("; ")}.`;
    }),
  ];
}

const MOST = 6;

function facet(name: string, known: readonly Provenance[], textOf: (each: Provenance) => string) {
  const kinds = new Map<string, number>();
  for (const each of known) kinds.set(textOf(each), (kinds.get(textOf(each)) ?? 0) + 1);
  return { name, kinds };
}
