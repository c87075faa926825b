import type { TestFn } from "ava";
import type { Strategy } from "../contracts/strategy.ts";
import { identityOf } from "../contracts/identity.ts";
import { strategyOf } from "../study/strategy-registry.ts";
import { refusesOptions, jsonRoundTrip } from "./option-laws.ts";
import { shortFingerprint, strategyFingerprint } from "./strategy-fingerprint.ts";
import { strategyLaws, type StrategyLaw } from "./strategy-laws.ts";

/** What a strategy's contract is to know: its recorded fingerprint, arguments and deviations. */
export interface StrategyContractOptions {
  /**
   * What `strategyFingerprint` gave, recorded: suggestions have the same bits in every process and on
   * every Node. Left out, that is not tested.
   */
  readonly fingerprint?: string;
  /** The factory's arguments: at most one, its options; must survive JSON. */
  readonly args?: readonly unknown[];
  /** Laws that the strategy does not keep, each with the reason. */
  readonly deviations?: Partial<Readonly<Record<StrategyLaw, string>>>;
}

/** The strategy from what a study keeps of it; one that is not registered, from its options. */
const madeAgain = (strategy: Strategy, make: (options: unknown) => Strategy): Strategy => {
  const identity = jsonRoundTrip(identityOf(strategy));
  return strategyOf(identity) ?? make(identity.options);
};

/**
 * Registers the tests that every strategy must pass: its laws, and that it is made again from its name
 * and options.
 * @param name for the titles of the tests
 * @param make its factory, which takes one object of options or nothing
 * @example
 * ```ts
 * import test from "ava";
 * import { strategyContract } from "hpo/testing";
 * import { random } from "hpo/strategies";
 *
 * strategyContract(test, "random", random);
 * ```
 */
export function strategyContract<Args extends readonly unknown[]>(
  test: TestFn,
  name: string,
  make: (...args: Args) => Strategy,
  { fingerprint, args = [], deviations = {} }: StrategyContractOptions = {},
): void {
  const title = args.length === 0 ? name : `${name}(${JSON.stringify(args).slice(1, -1)})`;
  const create = (): Strategy => make(...(args as unknown as Args));

  for (const [law, check] of Object.entries(strategyLaws)) {
    if (Object.hasOwn(deviations, law)) continue;
    test(`${title}: ${law}`, (t) => check(t, create));
  }

  test(`${title}: made again from its name and options, it suggests the same`, (t) => {
    const strategy = create();
    const again = madeAgain(strategy, (options) => make(...([options] as unknown as Args)));
    t.deepEqual(identityOf(again), jsonRoundTrip(identityOf(strategy)));
    t.is(shortFingerprint(again), shortFingerprint(strategy));
  });

  test(`${title}: an option that it does not know is refused`, (t) => {
    const { options = {} } = create();
    refusesOptions(t, (given) => make(...([given] as unknown as Args)), options);
  });

  if (fingerprint !== undefined) {
    test(`${title}: the same suggestions as recorded, in every process and on every Node`, (t) => {
      t.is(strategyFingerprint(create()), fingerprint);
    });
  }
}
