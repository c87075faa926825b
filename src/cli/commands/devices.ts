import { Command } from "commander";
import type { DeviceOptions } from "../../runner/devices/options.ts";
import { withDeviceOptions } from "../device-options.ts";
import { NUMBERS } from "../../errors/number-kinds.ts";
import { jsonOption, storageOption, integerOption } from "../options.ts";

interface DevicesFlags extends DeviceOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

export const devicesCommand = (): Command =>
  withDeviceOptions(
    new Command("devices")
      .description("the GPUs and cores of this machine, who uses them, and what a run would use")
      .option("--workers <count>", "trials at once", integerOption(NUMBERS.workers)),
  )
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async ({ json, ...needs }: DevicesFlags) => {
      const { print, printJson } = await import("../output.ts");
      const { deviceReport, deviceReportLines } = await import("../show/device-report.ts");
      const report = await deviceReport(needs, process.env);
      if (json) printJson(report);
      else print(deviceReportLines(report).join("\n"));
    });
