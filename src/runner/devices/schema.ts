import { z } from "../../vendor/zod.ts";

/** The fields of `DeviceOptions` in a study file. */
export const deviceFields = {
  devices: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      "On which devices trials run: cuda, cuda:0,cuda:2, rocm, cpu:4 (four slots, the cores divided among them), auto (all GPUs) or none; auto if left out.",
    ),
  trialsPerDevice: z
    .int()
    .min(1)
    .optional()
    .describe("How many trials may share a device; 1 if left out."),
  devicesPerTrial: z
    .int()
    .min(1)
    .optional()
    .describe("How many devices each trial gets, as for torchrun; 1 if left out."),
  memoryPerTrial: z
    .union([z.string().min(1), z.number().positive()])
    .optional()
    .describe("As 12GiB, or bytes: no more trials share a device than its memory holds."),
  shareDevices: z
    .boolean()
    .optional()
    .describe("Uses devices that other studies on this machine hold, too."),
};
