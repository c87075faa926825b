import type { Rng } from "../../../numerics/rng.ts";

/** How often each thing goes wrong. */
export interface Counts {
  readonly trials: number;
  readonly kills: number;
  readonly coordinatorKills: number;
  readonly databaseRestarts: number;
  readonly stops: number;
  readonly partitions: number;
}

export type Fault = "kill" | "coordinator" | "database" | "stop" | "partition";

/** The whole campaign, scaledCounts: at least one of each. */
export function scaledCounts(share: number): Counts {
  const of = (count: number): number => Math.max(1, Math.round(count * share));
  return {
    trials: of(2000),
    kills: of(100),
    coordinatorKills: of(20),
    databaseRestarts: of(5),
    stops: of(20),
    partitions: of(20),
  };
}

/** All faults in a random order. */
export function shuffled(counts: Counts, rng: Rng): Fault[] {
  const all = [
    ...Array<Fault>(counts.kills).fill("kill"),
    ...Array<Fault>(counts.coordinatorKills).fill("coordinator"),
    ...Array<Fault>(counts.databaseRestarts).fill("database"),
    ...Array<Fault>(counts.stops).fill("stop"),
    ...Array<Fault>(counts.partitions).fill("partition"),
  ];
  return rng.permutation(all.length).map((index) => all[index]);
}
