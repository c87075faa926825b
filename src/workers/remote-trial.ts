import type { RunningTrial } from "../contracts/trial.ts";
import { distributionFromJson, distributionToJson } from "../space/distribution-json.ts";
import type { Distribution } from "../space/distribution.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { trialOf } from "../storage/record.ts";
import { ActiveTrial } from "../study/trial/active-trial.ts";
import type { TrialHooks } from "../study/trial/trial-hooks.ts";
import { Outbox } from "./outbox.ts";
import type { Claimed, HeldHere, News, Verdict } from "./work-source.ts";

/** What a worker's trials need of their study, which is elsewhere. */
export interface RemoteTrialParts {
  readonly seed: number;
  readonly study: TrialHooks["study"];
  readonly direction: TrialHooks["direction"];
  readonly space: SearchSpace | undefined;
  directoryOf(trialNumber: number): string;
  note(message: string): void;
  report(held: HeldHere, news: News): Promise<Verdict>;
  /** Called when another worker has the trial, or it was ended by hand. */
  lost(trial: RemoteTrial): void;
}

/** A trial that runs here for a study elsewhere: what happens in it is sent there. */
export class RemoteTrial extends ActiveTrial {
  readonly lease: HeldHere;
  readonly #outbox: Outbox;
  #isPruned = false;

  constructor(claimed: Claimed, parts: RemoteTrialParts) {
    const { number, lease, open, lastStep } = claimed;
    const outbox = new Outbox(
      (news) => parts.report({ number, lease }, news),
      (verdict) => this.#hear(verdict, parts),
    );
    super(number, runningTrial(claimed, parts.space), open?.suggested ?? claimed.params, {
      ...parts,
      isShared: true,
      knownDistribution: (name) => knownDistribution(name, claimed, parts.space),
      lastStepOf: () => lastStep,
      reported: (_number, { value, step }) => outbox.push({ kind: "report", value, step }),
      write: (_id, { distributions = {}, attributes }) => {
        for (const [name, each] of Object.entries(distributions)) {
          outbox.push({ kind: "param", name, distribution: distributionToJson(each) });
        }
        for (const [name, value] of Object.entries(attributes?.user ?? {})) {
          outbox.push({ kind: "userAttr", name, value });
        }
      },
    });
    this.lease = { number, lease };
    this.#outbox = outbox;
  }

  #hear(verdict: Verdict, parts: RemoteTrialParts): void {
    if (verdict === "prune") this.#isPruned = true;
    if (verdict === "lost") parts.lost(this);
  }

  override shouldPrune(): boolean {
    return super.shouldPrune() || this.#isPruned;
  }

  async judged(): Promise<boolean> {
    await this.#outbox.heard();
    return this.shouldPrune();
  }

  override log(values: Readonly<Record<string, number>>, step: number): void {
    super.log(values, step);
    this.#outbox.push({ kind: "log", values, step });
  }

  override setDevice(name: string): void {
    super.setDevice(name);
    this.#outbox.push({ kind: "device", name });
  }

  override setVersions(versions: Readonly<Record<string, string>>): void {
    super.setVersions(versions);
    this.#outbox.push({ kind: "versions", versions });
  }

  override dropReports(): void {
    super.dropReports();
    this.#outbox.push({ kind: "dropReports" });
  }

  override retry(why: string): void {
    super.retry(why);
    this.#isPruned = false;
    this.#outbox.push({ kind: "retry", why });
  }

  /** Stops sending news. @returns those that are left */
  stopNews(): News {
    return this.#outbox.stop();
  }
}

function runningTrial(claimed: Claimed, space: SearchSpace | undefined): RunningTrial {
  const { number, params, userAttrs, systemAttrs, startedAt } = claimed;
  const declared = space?.parameters ?? [];
  const drawn = declared.filter(({ name }) => Object.hasOwn(params, name));
  return trialOf({
    ...{ id: number, state: "running", number, params, userAttrs, systemAttrs, reports: [] },
    distributions: Object.fromEntries(drawn.map(({ name, distribution }) => [name, distribution])),
    startedAt: new Date(startedAt),
  }) as RunningTrial;
}

function knownDistribution(
  name: string,
  { open }: Claimed,
  space: SearchSpace | undefined,
): Distribution | undefined {
  const known = open?.known[name];
  if (known) return distributionFromJson(known);
  return space?.parameters.find((parameter) => parameter.name === name)?.distribution;
}
