import type { Storage } from "../../../contracts/storage.ts";
import { Command } from "commander";
import { withFileLimits, withNotify } from "../../run-options.ts";
import {
  duration,
  integer,
  storageOption,
  strategyOption,
  type CommonOptions,
} from "../../options.ts";
import type { ServeFlags } from "../../work/serve-study.ts";

interface ServeOptions extends ServeFlags {
  readonly stdio?: boolean;
}

const HELP = `
Workers on other machines run the trials by the URL that is printed: hpo study work URL --file FILE

With --stdio a line of JSON each on stdin, and its answer on stdout; docs/reference/messages.md has all:
  {"id": 1, "do": "ask"}
  {"id": 2, "do": "report", "number": 0, "step": 1, "value": 0.4}
  {"id": 3, "do": "tell", "number": 0, "values": 0.3}
hpo.study.open("study.yaml") of the Python client speaks them.`;

export const serveCommand = (): Command =>
  withNotify(withFileLimits(new Command("serve")))
    .description(
      "let workers on other machines run a study's trials, or another program ask and tell",
    )
    .argument("[studies...]", "study files; with --stdio one study's name or file, or none")
    .option("--stdio", "to one program, over stdin and stdout, until stdin ends")
    .option(
      "--listen <address>",
      "HOST:PORT; others than this machine need tokens",
      "127.0.0.1:8080",
    )
    .option("--trials <count>", "how many trials the study is to have in all", integer(0))
    .option("--timeout <time>", "start no trial after this time, as 90s, 10m, 2h", duration)
    .option(
      "--lease <time>",
      "after what silence a worker's trials may be given to others",
      duration,
    )
    .option("--no-uploads", "what trials keep stays on their workers' machines")
    .option("--upload-per-trial <size>", "what a trial may keep here, of all it keeps", "1GiB")
    .option("--upload-per-study <size>", "what all trials of a study may keep here", "100GiB")
    .option("--tls-cert <file>", "the server's certificate (PEM)")
    .option("--tls-key <file>", "its key (PEM)")
    .option("--behind-proxy", "a proxy in front has the certificate")
    .option("--until-done", "end when the study is done, once all workers know")
    .option("--quiet", "print only what is wrong")
    .addOption(strategyOption())
    .addOption(storageOption())
    .addHelpText("after", HELP)
    .action(async (studies: string[], options: ServeOptions) => {
      if (options.stdio) return serveProgram(studies, options);
      const { serveFiles } = await import("../../work/serve-study.ts");
      process.exitCode = await serveFiles(studies, options);
    });

async function serveProgram(
  [study, more]: readonly string[],
  options: CommonOptions & { readonly strategy?: string },
): Promise<void> {
  const { UsageError } = await import("../../usage-error.ts");
  if (more !== undefined) throw new UsageError("serve --stdio: give one study at most.");
  const { withStorage } = await import("../../context.ts");
  const { openNamedOrFile } = await import("../../open-named.ts");
  const { serveStdio } = await import("../../../server/stdio.ts");
  const { loadStudyText } = await import("../../../study-file/load-study-file.ts");
  const { openStudy } = await import("../../../study/open-study.ts");
  const serve = (storage: Storage): Promise<void> =>
    serveStdio({
      input: process.stdin,
      output: process.stdout,
      study,
      open: async (given) => {
        if (typeof given === "string") return openNamedOrFile(given, storage, options.strategy);
        const { definition } = await loadStudyText(JSON.stringify(given), process.cwd(), {});
        return openStudy(definition, { storage });
      },
    });
  await withStorage(options, serve, { create: true });
}
