import { isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { decimalIn } from "../../errors/decimal.ts";
import { HpoError } from "../../errors/errors.ts";
import { pyYamlWords } from "../pyyaml-words.ts";
import { yamlProblem } from "../yaml-problem.ts";
import { plainContent } from "../plain-content.ts";
import type { StudyFileInput } from "../inline/inline-study.ts";

type Keys = readonly (string | number)[];

/** A study file made of another tool's, and what that said beyond it. */
export interface ReadForeign {
  readonly study: StudyFileInput;
  /** A line each: what has no counterpart, and what means something else. */
  readonly told: readonly string[];
}

/** Another tool's file in YAML or JSON while it is read. */
export interface ForeignFile {
  readonly content: Readonly<Record<string, unknown>>;
  /** Keeps a remark about a place. */
  readonly tell: (keys: Keys, message: string) => void;
  /** Whether a number is written with a point or an exponent: `1.0`, which is 1 as a value. */
  readonly isWrittenReal: (keys: Keys) => boolean;
  /** By their lines. */
  readonly told: readonly string[];
}

interface Remark {
  /** 0 where its place is not known. */
  readonly line: number;
  readonly text: string;
}

/** @throws HpoError if the text is no map in YAML or JSON */
export function foreignFile(text: string, path: string): ForeignFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new HpoError(`${path}:${line}:${col}: ${yamlProblem(error)}`);
  }
  const remarks = wordsRead(document, lines);
  const content = plainContent({ path, document, lines });
  if (!isMapping(content)) throw new HpoError(`${path} is no map, as a sweep or an experiment is.`);
  return {
    content,
    get told() {
      return remarks.toSorted((a, b) => a.line - b.line).map(({ text }) => text);
    },
    isWrittenReal: (keys) => {
      const node: unknown = document.getIn(keys, true);
      return isScalar(node) && /^[-+]?[\d.]*[.e]/i.test(node.source ?? "");
    },
    tell: (keys, message) => {
      const start = startOf(document, keys);
      const line = start === undefined ? 0 : lines.linePos(start).line;
      const where = line === 0 ? "" : `line ${line}: `;
      remarks.push({ line, text: `${where}${keys.join(".")}: ${message}` });
    },
  };
}

/** Reads words as the tool does, whose YAML is PyYAML's; a command's are words. @returns remarks */
function wordsRead(document: Document, lines: LineCounter): Remark[] {
  return pyYamlWords(document)
    .filter(({ keys }) => keys[0] !== "command")
    .map(({ node, offset, word, value, keys }) => {
      node.value = value;
      const { line } = lines.linePos(offset);
      const read = `${word} is ${value}, as PyYAML and YAML 1.1 read it; "${word}" would be the text`;
      return { line, text: `line ${line}: ${keys.join(".")}: ${read}` };
    });
}

/** Of the key itself, as its value may begin a line further down. */
function startOf(document: Document, keys: Keys): number | undefined {
  const parent: unknown = document.getIn(keys.slice(0, -1), true);
  const items = (parent as { items?: { key?: unknown; value?: unknown }[] } | undefined)?.items;
  const pair = items?.find(({ key }) => isScalar(key) && key.value === keys.at(-1));
  if (isScalar(pair?.key)) return pair.key.range?.[0];
  return (document.getIn(keys, true) as { range?: [number] } | undefined)?.range?.[0];
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A number, also where it stands as a text (`1e-5` is one in YAML 1.1). */
export function numberGiven(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const number = typeof value === "string" ? decimalIn(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Tells of a command that begins with an option: what starts it stands elsewhere, as in a container's image. */
export function tellWithoutProgram(
  { tell }: Pick<ForeignFile, "tell">,
  place: readonly (string | number)[],
  [first]: readonly string[],
): void {
  if (first?.startsWith("-")) {
    tell(place, `its command begins with ${first}: put the program before it, as python train.py`);
  }
}
