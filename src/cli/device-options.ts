import type { Command } from "commander";
import { integer } from "./options.ts";

/** On which devices trials run; see DeviceOptions. */
export const withDeviceOptions = (command: Command): Command =>
  command
    .option(
      "--devices <list>",
      "cuda, cuda:0,cuda:2, rocm, cpu:4 (four slots on the cores), auto (all GPUs) or none; " +
        "a command uses all GPUs by itself",
    )
    .option("--trials-per-device <count>", "how many trials may share a device", integer(1))
    .option("--devices-per-trial <count>", "how many devices each trial gets", integer(1))
    .option("--memory-per-trial <size>", "as 12GiB: no more share a device than its memory holds")
    .option("--share-devices", "use devices that other studies on this machine hold, too");
