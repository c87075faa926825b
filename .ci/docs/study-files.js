import { mkdirSync } from "node:fs";
import { parseDocument, stringify } from "yaml";
import { folderOf } from "./typescript.js";

const SPACE = { lr: { type: "float", low: 0.1, high: 1 } };
/** What a part of a study file is put into: with one metric, or with two. */
const WHOLES = [
  { name: "part", space: SPACE, command: "true" },
  {
    name: "part",
    space: SPACE,
    command: "true",
    metrics: { loss: "minimize", accuracy: "maximize" },
  },
];

/** What hpo says of study files, and of parts of them, as it reads them. */
export async function faultsOfStudyFiles(blocks, folder) {
  const { studyOfText } = await import("../../dist/src/study-file/study-yaml.js");
  const faults = [];
  for (const { at, page, code } of blocks) {
    const beside = folderOf(folder, page);
    mkdirSync(beside, { recursive: true });
    const faultOf = (text) => studyOfText({ text, folder: beside }).then(() => undefined, String);
    for (const part of partsOf(code)) {
      const texts = /^command:/m.test(part)
        ? [part]
        : WHOLES.map((whole) => stringify({ ...whole, ...parseDocument(part).toJS() }));
      const found = await Promise.all(texts.map(faultOf));
      if (found.every((fault) => fault !== undefined)) faults.push(`${at}: ${found[0]}`);
    }
  }
  return faults;
}

/** A block whose lines all give the same key shows choices, of which each stands by itself. */
function partsOf(code) {
  const lines = code.trim().split("\n");
  const keys = new Set(lines.map((line) => /^(\w+):/.exec(line)?.[1]));
  return keys.size === 1 && lines.length > 1 ? lines : [code];
}
