import { extname } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import { report } from "../../report/report.ts";
import { withView } from "../context.ts";
import type { CommonOptions } from "../options.ts";
import { print } from "../output.ts";
import { writeText } from "../write-text.ts";
import { fileNameOf } from "./file-name-of.ts";

export interface ReportCommandOptions extends CommonOptions {
  readonly out?: string;
  readonly metric?: string;
}

/** @throws HpoError naming the study, the metric or the file that is wrong */
export async function reportStudy(
  name: string,
  { out = `${fileNameOf(name)}-report.html`, metric, ...common }: ReportCommandOptions,
): Promise<void> {
  if (out !== "-" && ![".html", ".htm"].includes(extname(out).toLowerCase())) {
    throw new HpoError(`-o ${out} is no page. Give a name that ends in .html.`);
  }
  const html = await withView(name, common, async (study) => report(study, { metric }));
  if (out === "-") return print(html);
  await writeText("-o", out, html);
  print(`Written to ${out}. Open it in a browser: it needs no network.`);
}
