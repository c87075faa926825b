/**
 * The contracts that strategies, pruners and storages keep, as tests: for those that you write, outside
 * this package too. Each registers its tests with AVA's `test`, which your project installs.
 *
 * @module hpo/testing
 */
export { prunerContract } from "./pruner-contract.ts";
export { storageContract } from "./storage-contract.ts";
export { strategyContract, type StrategyContractOptions } from "./strategy-contract.ts";
export { strategyFingerprint } from "./strategy-fingerprint.ts";
export { strategyLaws, type StrategyLaw } from "./strategy-laws.ts";
