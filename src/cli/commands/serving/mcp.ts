import type { Storage } from "../../../contracts/storage.ts";
import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../../options.ts";

const HELP = `
For a client's configuration, as of Claude Desktop or an editor:
  { "mcpServers": { "hpo": { "command": "npx", "args": ["hpo", "mcp", "--read-only"] } } }
Tools: list_studies, study, best, trials, importance; without --read-only also ask and tell.`;

export const mcpCommand = (): Command =>
  new Command("mcp")
    .description(
      "let a language model look at studies, ask and tell, by the Model Context Protocol",
    )
    .option("--read-only", "without ask and tell")
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async ({ readOnly = false, ...options }: CommonOptions & { readOnly?: boolean }) => {
      const { withStorage } = await import("../../context.ts");
      const { serveMcp } = await import("../../../mcp/protocol.ts");
      const { studyTools } = await import("../../../mcp/study-tools.ts");
      const { packageVersion } = await import("../../../system/package-version.ts");
      const serve = (storage: Storage): Promise<void> =>
        serveMcp({
          input: process.stdin,
          output: process.stdout,
          tools: studyTools(storage, readOnly),
          version: packageVersion(),
        });
      await withStorage(options, serve, { create: !readOnly });
    });
