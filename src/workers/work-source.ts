import type { Attributes } from "../contracts/trial.ts";
import type { DistributionJson } from "../space/distribution-json.ts";
import type { Params } from "../space/search-space.ts";
import type { RemoteSlot } from "../study/trial/trial-lease.ts";
import type { End } from "../study/trial/trial-end.ts";
import type { DefinitionFacts } from "./definition-facts.ts";

/** What a worker is told of a study before it runs trials of it. */
export interface ServedFacts {
  /** What the trials depend on, to compare with the worker's own study file. */
  readonly definition: DefinitionFacts;
  /** Tells the study apart from others of its name. */
  readonly key: string;
  /** SHA-256 of the coordinator's study file. */
  readonly fileHash?: string;
  /** How often a worker says that it lives. */
  readonly beatMs: number;
  /** Where it takes trials' files: the id in its own folder, by which a shared folder is known. */
  readonly files?: string;
}

/** A trial and the lease by which a worker holds it, sent with all that it says of the trial. */
export interface HeldHere {
  readonly number: number;
  /** The id of the lease. */
  readonly lease: string;
}

/** A trial that was given to a slot. */
export interface Claimed extends HeldHere {
  readonly params: Params;
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The last step of the trial whose training it goes on with. */
  readonly lastStep?: number;
  /** The coordinator has a folder of the trial, or of the one that it goes on from. */
  readonly hasFiles?: true;
  /**
   * Set if the objective asks for parameters as it runs: suggested values, and known distributions.
   */
  readonly open?: {
    readonly suggested: Params;
    readonly known: Readonly<Record<string, DistributionJson>>;
  };
}

/** What happens in a trial, in order. */
export type NewsItem =
  | { readonly kind: "report"; readonly value: number; readonly step: number }
  | {
      readonly kind: "log";
      readonly values: Readonly<Record<string, number>>;
      readonly step: number;
    }
  | { readonly kind: "userAttr"; readonly name: string; readonly value: unknown }
  | { readonly kind: "param"; readonly name: string; readonly distribution: DistributionJson }
  | { readonly kind: "device"; readonly name: string }
  | { readonly kind: "versions"; readonly versions: Readonly<Record<string, string>> }
  | { readonly kind: "dropReports" }
  | { readonly kind: "retry"; readonly why: string };

/** News of a trial; the first of them is number `from` of all its news, counted from 0. */
export interface News {
  readonly from: number;
  readonly items: readonly NewsItem[];
}

/** How a trial ended, with what is kept of it as a whole: curves, constraints, the end of its output. */
export interface ToldEnd {
  readonly end: End;
  readonly system: Attributes;
  /**
   * How long its objective ran, in ms by the worker's own clock; earlier versions' workers don't
   * say.
   */
  readonly ranMs?: number;
}

/** "lost": another worker has the trial, or it was ended by hand; nothing of this one's is kept. */
export type Verdict = "go on" | "prune" | "lost";

/** "already": it was told before, and that counts. */
export type Told = "taken" | "already" | "lost";

/** "wait": none is to be had now, but one may come free; "done": the study has all it is to have. */
export type ClaimAnswer = Claimed | { readonly none: "wait" | "done"; readonly why: string };

/**
 * Gives trials of one study to the slots of workers, and takes what these tell. Whatever is sent
 * twice, as its answer got lost, counts once.
 */
export interface WorkSource {
  facts(signal?: AbortSignal): Promise<ServedFacts>;
  /** A slot that has a running trial is given that one again. May take half a minute. */
  claim(slot: RemoteSlot, signal?: AbortSignal): Promise<ClaimAnswer>;
  /** Sends the news since the last call; without any, it asks for the verdict alone. */
  report(held: HeldHere, news: News): Promise<Verdict>;
  /** Says that the worker lives and runs these trials. @returns those that it has lost */
  beat(worker: string, held: readonly HeldHere[]): Promise<readonly HeldHere[]>;
  tell(held: HeldHere, news: News, end: ToldEnd): Promise<Told>;
  /** Hands the trial back, to be started again as it was: that is no attempt. */
  release(held: HeldHere): Promise<void>;
  /** Says that the worker has no trial and wants none. Sent once: a failure is ignored. */
  leave(worker: string): Promise<void>;
}
