import { basename, extname } from "node:path";
import { Document, isMap, type YAMLMap } from "yaml";
import type { z } from "../../vendor/zod.ts";
import type { Direction } from "../../contracts/trial.ts";
import type { studyFileSchema } from "../study-file-schema.ts";
import { inlineSpace } from "./inline-space.ts";

export type StudyFileInput = z.input<typeof studyFileSchema>;
type CommandLine = NonNullable<StudyFileInput["command"]>;

/** A study that is told in one line. */
export interface InlineStudy extends Omit<
  StudyFileInput,
  "name" | "space" | "metric" | "metrics" | "command"
> {
  readonly command: CommandLine;
  /** The script's name if left out. */
  readonly name?: string;
  /** What the program calls its metrics, and where each is to go. */
  readonly metrics: Readonly<Record<string, Direction>>;
  /** The metric by its name in what is printed, if left out. */
  readonly metric?: StudyFileInput["metric"];
}

/** The study file that a line stands for. @throws HpoError with a caret under what is wrong */
export function inlineStudy({
  command,
  name,
  metrics,
  metric,
  ...rest
}: InlineStudy): StudyFileInput {
  const inline = inlineSpace(command);
  const names = Object.keys(metrics);
  return {
    name: name ?? scriptName(inline.command),
    metrics,
    ...rest,
    space: inline.space,
    command: inline.command as CommandLine,
    metric: metric ?? { name: names.length === 1 ? names[0] : names },
  };
}

const SCRIPT = /\.(?:py|js|mjs|ts|jl|R|r|rb|sh|pl|lua|m)$/;

/** `train` of `python train.py`, `app.train` of `python -m app.train`, else the program. */
function scriptName(command: string | readonly string[]): string {
  const words = typeof command === "string" ? command.trim().split(/\s+/) : command;
  const module = words[words.indexOf("-m") + 1];
  if (words.includes("-m") && module !== undefined) return module;
  const word = words.find((one) => SCRIPT.test(one)) ?? words[0];
  return basename(word, extname(word)) || "study";
}

/** @returns the text of a study file, a parameter a line */
export function studyFileText(study: StudyFileInput): string {
  const document = new Document(study, { compat: "yaml-1.1" });
  const space = document.get("space") as YAMLMap;
  for (const { value } of space.items) if (isMap(value)) value.flow = true;
  for (const key of ["metrics", "metric"]) {
    const node = document.get(key);
    if (isMap(node)) node.flow = true;
  }
  return document.toString({ flowCollectionPadding: true, lineWidth: 0 });
}
