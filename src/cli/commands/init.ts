import { Argument, Command } from "commander";

export const initCommand = (): Command =>
  new Command("init")
    .description("write a starter study that runs")
    .addArgument(new Argument("<language>").choices(["ts", "python"]))
    .option("--force", "overwrite files that exist")
    .action(async (language: "ts" | "python", options: { force?: boolean }) => {
      const { writeStarter } = await import("../starter.ts");
      await writeStarter(language, options.force ?? false);
    });
