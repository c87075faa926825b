import type { StudyView } from "../../study/study-view.ts";
import { painted, wantsColors } from "../draw/styled-line.ts";
import { knowsUnicode } from "../draw/unicode.ts";
import { glanceLines } from "../glance/glance-lines.ts";
import { importanceNow } from "../glance/importance-watch.ts";
import { print, printStyled } from "../output.ts";
import { summaryHead, summaryLines } from "../run/summary.ts";

/** A stored study at a glance, as `hpo study run` shows it, and what it consists of. */
export function showStudy(study: StudyView, storage: string): void {
  const columns = (process.stdout.columns || 80) - 1;
  const importance = importanceNow(study);
  const lines = glanceLines(study, { columns, unicode: knowsUnicode(), importance });
  const colors = wantsColors(process.stdout);
  print(summaryHead(study, storage));
  printStyled(lines.map((line) => painted(line, colors)).join("\n"));
  print(summaryLines(study).join("\n"));
}
