import { commandLines } from "./command-lines.ts";
import { csvFiles } from "./csv-files.ts";
import { databases } from "./databases.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { messages } from "./messages.ts";
import { programOutput } from "./program-output.ts";
import { spaceJsons } from "./spaces.ts";
import { tuneLines } from "./tune-lines.ts";
import { yamlFiles } from "./yaml.ts";

export const fuzzers: readonly Fuzzer[] = [
  ...[yamlFiles, commandLines, tuneLines, csvFiles, messages, programOutput, spaceJsons, databases],
];
