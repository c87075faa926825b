/** What this process has written, so that its readers need not search for it. */
export interface OwnChanges {
  /** After the commit. */
  add(study: number, trials: readonly number[]): void;
  /** A study was deleted: what readers know of it no longer holds. */
  forget: () => void;
  /** How often that was. */
  deletions(): number;
  /** After the attributes of a study changed. */
  addAttributes(study: number): void;
  /** How often they did. */
  attributes(study: number): number;
  /** How many changes there were. */
  count(study: number): number;
  /** The ids of the trials that changed after the first `count` changes. */
  since(study: number, count: number): ReadonlySet<number>;
}

export function ownChanges(): OwnChanges {
  const changes = new Map<number, number[]>();
  const attributes = new Map<number, number>();
  let deletions = 0;
  return {
    forget: () => {
      deletions++;
    },
    deletions: () => deletions,
    addAttributes: (study) => {
      attributes.set(study, (attributes.get(study) ?? 0) + 1);
    },
    attributes: (study) => attributes.get(study) ?? 0,
    add: (study, trials) => {
      const log = changes.get(study);
      if (log === undefined) changes.set(study, [...trials]);
      else for (const trial of trials) log.push(trial);
    },
    count: (study) => changes.get(study)?.length ?? 0,
    since: (study, count) => new Set(changes.get(study)?.slice(count)),
  };
}
