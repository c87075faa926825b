import { Command } from "commander";
import { jsonOption, storageOption } from "../options.ts";

export const schemaCommand = (): Command =>
  new Command("schema")
    .description("print the JSON schema of study files in YAML or JSON, for editors")
    .addHelpText(
      "after",
      `
Save it beside the study and name it in the study file's first line:
  hpo study schema > study.schema.json
  # yaml-language-server: $schema=./study.schema.json`,
    )
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async () => {
      const { studyFileJsonSchema } = await import("../../study-file/study-file-schema.ts");
      const { printJson } = await import("../output.ts");
      printJson(studyFileJsonSchema());
    });
