/** What the second revision of every strategy that learns from values changed. */
export const SECOND_REVISION = {
  revision: 2,
  changes: [
    "trials outside the ranges are left out, trials pruned at NaN count as diverged, bounds and " +
      "large integers are exact",
  ],
} as const;

/** What the third changed, of those that start with a design. */
export const THIRD_REVISION = {
  revision: 3,
  changes: [
    ...SECOND_REVISION.changes,
    "the start is five trials instead of ten, even and drawn in to the middle by as much as so few " +
      "can stand for so many dimensions, and the model takes over then",
  ],
} as const;

/** What the fourth changed, of `bayesian` and those that may take it. */
const FOURTH_REVISION = {
  revision: 4,
  changes: [
    ...THIRD_REVISION.changes,
    "a prior from theory counts as much as any other, a tenth of the study's trials, and no longer 12 or 30 %",
  ],
} as const;

const OWN_POINTS_FIRST =
  "under a prior from theory the first three points are the prior's own, drawn in to its middle, and " +
  "the look elsewhere is the fourth and the sixth, and no longer the third and the fifth";

/** What the fifth changed, of `bayesian` and those that may take it. */
const FIFTH_REVISION = {
  revision: 5,
  changes: [...FOURTH_REVISION.changes, OWN_POINTS_FIRST],
} as const;

const ERRORS_AVOIDED =
  "where trials erred or took too long, others are asked for less, the less the more did in a row";

const INTEGERS_IN_BOX =
  "the box about the best trial holds the integers and the values of a grid that lie in it, and no longer all";

const BY_DECADES =
  "values that spread over six decades and more are compared by their logarithms where the trials speak for it";

/** What the sixth to the eighth changed, of `bayesian` and those that may take it. */
export const BAYESIAN_REVISION = {
  revision: 8,
  changes: [...FIFTH_REVISION.changes, ERRORS_AVOIDED, INTEGERS_IN_BOX, BY_DECADES],
} as const;

/** What the fourth changed, of `tpe`. */
export const TPE_REVISION = {
  revision: 4,
  changes: [...THIRD_REVISION.changes, ERRORS_AVOIDED],
} as const;

/** What the fifth to the eighth changed of `auto`. */
export const AUTO_REVISION = {
  revision: 8,
  changes: [
    ...FOURTH_REVISION.changes,
    `${OWN_POINTS_FIRST}; where a study declares roles and has no prior, settings that were good elsewhere come first`,
    ERRORS_AVOIDED,
    INTEGERS_IN_BOX,
    BY_DECADES,
  ],
} as const;
