import { Command } from "commander";
import { storageOption, strategyOption, type CommonOptions } from "../../options.ts";

interface ServeOptions extends CommonOptions {
  readonly strategy?: string;
}

const HELP = `
A line of JSON each on stdin, and its answer on stdout; docs/reference/messages.md has all of them:
  {"id": 1, "do": "ask"}
  {"id": 2, "do": "report", "number": 0, "step": 1, "value": 0.4}
  {"id": 3, "do": "tell", "number": 0, "values": 0.3}
hpo.study.open("study.yaml") of the Python client speaks them.`;

export const serveCommand = (): Command =>
  new Command("serve")
    .description("let another program ask and tell a study, by lines of JSON")
    .argument("[study]", "a study's name, or its file; else the first line opens one")
    .requiredOption("--stdio", "over stdin and stdout, until stdin ends")
    .addOption(strategyOption())
    .addOption(storageOption())
    .addHelpText("after", HELP)
    .action(async (study: string | undefined, options: ServeOptions) => {
      const { withStorage } = await import("../../context.ts");
      const { openNamedOrFile } = await import("../../open-named.ts");
      const { serveStdio } = await import("../../../server/stdio.ts");
      const { loadStudyText } = await import("../../../study-file/load-study-file.ts");
      const { openStudy } = await import("../../../study/open-study.ts");
      await withStorage(options, (storage) =>
        serveStdio({
          ...{ input: process.stdin, output: process.stdout, study },
          open: async (given) => {
            if (typeof given === "string") return openNamedOrFile(given, storage, options.strategy);
            const { definition } = await loadStudyText(JSON.stringify(given), process.cwd(), {});
            return openStudy(definition, { storage });
          },
        }),
      );
    });
