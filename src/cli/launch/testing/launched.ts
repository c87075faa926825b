import type { ExecutionContext } from "ava";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { hpoHere } from "../../fixtures/hpo-here.ts";

/** What a study may be called. */
export const HOSTILE = 'Net\'s $(touch owned); `id` %i "x" 日本';

const studyFile = (name: string): string => `
name: ${JSON.stringify(name)}
command: sh train.sh {x}
space: { x: { type: float, low: 0, high: 1 } }
metric: json-lines
trials: 4
`;

/** A folder with a study's file, and a program in place of hpo that prints what it is given. */
export async function launchProject(
  t: ExecutionContext,
  name = "resnet",
  path = "",
): Promise<string> {
  const folder = join(await tempFolder(t), path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "study.yaml"), studyFile(name));
  writeFileSync(join(folder, "say"), `#!/bin/sh\nprintf '%s\\n' "$HPO_TOKEN_FILE" "$PWD" "$@"\n`);
  chmodSync(join(folder, "say"), 0o755);
  return folder;
}

export async function launched(
  t: ExecutionContext,
  cwd: string,
  words: string | readonly string[],
) {
  const all = typeof words === "string" ? words.split(" ") : words;
  const { code, out, err } = await hpoHere(cwd, ["launch", ...all]);
  t.is(code, 0, err);
  return { out, err };
}
