import { createHash } from "node:crypto";
import { spacePrior } from "../space/search-space.ts";
import type { Strategy } from "../contracts/strategy.ts";
import { bowlObjective, mishaps, spaces } from "./strategy-scenarios.ts";
import { simulate } from "./strategy-simulation.ts";

/**
 * A hash of what the strategy suggests in a continuous and in a mixed space, in parallel and through
 * mishaps: 16 hexadecimal digits. Numbers enter with all their bits.
 *
 * @example
 * ```ts
 * import { tpe } from "hpo/strategies";
 * import { strategyFingerprint } from "hpo/testing";
 *
 * strategyFingerprint(tpe()).length; // 16
 * ```
 */
export function strategyFingerprint(strategy: Strategy): string {
  const { continuous, mixed } = spaces;
  const runs = [
    simulate(strategy, { space: continuous, objective: bowlObjective(continuous), trials: 40 }),
    simulate(strategy, { space: mixed, objective: mishaps(mixed), trials: 40, parallel: 3 }),
    simulate(strategy, {
      space: continuous,
      objective: mishaps(continuous),
      trials: 12,
      prior: spacePrior(continuous),
    }),
  ];
  return hashOf(runs.map((run) => run.suggestions));
}

/** The same of few suggestions, for what would show in them. */
export function shortFingerprint(strategy: Strategy): string {
  const { mixed } = spaces;
  const objective = mishaps(mixed);
  return hashOf(simulate(strategy, { space: mixed, objective, trials: 16 }).suggestions);
}

const hashOf = (suggestions: unknown): string =>
  createHash("sha256").update(JSON.stringify(suggestions)).digest("hex").slice(0, 16);
