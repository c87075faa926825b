import { LineCounter, parseDocument } from "yaml";
import { HpoError } from "../errors/errors.ts";
import { parsedBy } from "../errors/schema-problems.ts";
import { plainContent } from "./plain-content.ts";
import { yamlProblem } from "./yaml-problem.ts";
import { problemLines, StudyFileError, type SourceFile } from "./study-file-errors.ts";
import {
  studyFileJsonSchema,
  studyFileSchema,
  type StudyFileContent,
} from "./study-file-schema.ts";

/** A study file's text, wherever it comes from. */
export interface StudyText {
  readonly text: string;
  /** Where relative paths in it lead from. */
  readonly folder: string;
  /** As errors name it; without one it is no file. */
  readonly path?: string;
}

/** @throws StudyFileError on what is no YAML */
export function parseSource({ text, path }: StudyText): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
  });
  const [error] = document.errors;
  if (!error) return { path, document, lines };
  const { line, col } = lines.linePos(error.pos[0]);
  const where = path === undefined ? "" : `${path}:${line}:${col}: `;
  throw new StudyFileError(`${where}${yamlProblem(error)}`);
}

/** @throws HpoError on what the schema does not know, a line each with its place */
export function parseContent(file: SourceFile): StudyFileContent {
  const content = plainContent(file);
  if (typeof content !== "object" || content === null) {
    throw new HpoError(
      `${file.path ?? "The text"} is no study file: it is ${content === null ? "empty" : "no map"}. ` +
        "Give it name, space and command; hpo init python writes one.",
    );
  }
  const parsed = parsedBy(studyFileSchema, content, "The study file");
  if (parsed.success) return parsed.data;
  const lines = problemLines(file, parsed.error.issues, studyFileJsonSchema());
  throw new StudyFileError(lines.join("\n"));
}
