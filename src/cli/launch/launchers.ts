import { kubernetes } from "./kubernetes.ts";
import type { Launcher } from "./launcher.ts";
import { ray } from "./ray.ts";
import { slurm } from "./slurm.ts";
import { ssh } from "./ssh.ts";
import { systemd } from "./systemd.ts";

/** A line each gives a launcher its command. */
export const launchers: readonly Launcher[] = [slurm, kubernetes, ray, ssh, systemd];
