import test from "ava";
import { createJiti } from "jiti";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Strategy } from "../contracts/strategy.ts";
import { strategyContract } from "./strategy-contract.ts";

// A user would miss: that the strategy which docs/own-strategy.md shows keeps the contract that it names.

const [, code] = /```ts\n([^]*?)```/.exec(readFileSync("docs/own-strategy.md", "utf8"))!;
const { goodHalf } = (await createJiti(import.meta.url).evalModule(code, {
  async: true,
  filename: resolve("docs/mine.ts"),
  ext: ".ts",
})) as { readonly goodHalf: (options?: object) => Strategy };

strategyContract(test, "good-half of docs/own-strategy.md", goodHalf);
