/** What the second revision of every strategy that learns from values changed. */
export const SECOND_REVISION = {
  revision: 2,
  changes: [
    "trials outside the ranges are left out, trials pruned at NaN count as diverged, bounds and " +
      "large integers are exact",
  ],
} as const;
