import { z } from "zod";

/** `DeviceOptions`, as it stands in a study file. */
export const deviceFields = {
  /** On which devices trials run: "cuda", "cuda:0,cuda:2", "rocm", "cpu:4", "auto" or "none". */
  devices: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  /** How many trials may share a device. */
  trialsPerDevice: z.int().min(1).optional(),
  /** How many devices each trial gets, as for torchrun. */
  devicesPerTrial: z.int().min(1).optional(),
  /** As "12GiB", or bytes: no more trials share a device than its memory holds. */
  memoryPerTrial: z.union([z.string().min(1), z.number().positive()]).optional(),
  /** Uses devices that other studies on this machine hold, too. */
  shareDevices: z.boolean().optional(),
};
