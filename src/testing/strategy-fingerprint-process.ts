// Prints a strategy's fingerprint: node strategy-fingerprint-process.js <module URL> <export> <JSON arguments>
import type { Strategy } from "../contracts/strategy.ts";
import { strategyFingerprint } from "./strategy-fingerprint.ts";

const [url, name, args] = process.argv.slice(2);
const module = (await import(url)) as Record<string, (...args: unknown[]) => Strategy>;
process.stdout.write(strategyFingerprint(module[name](...(JSON.parse(args) as unknown[]))));
