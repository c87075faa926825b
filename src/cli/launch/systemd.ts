import type { Launcher } from "./launcher.ts";
import { headline, workWords } from "./work-job.ts";

/** One process on this machine, which shares out its GPUs itself. */
export const systemd: Launcher = {
  name: "systemd",
  description: "a user's unit: one process with all workers, started again when it fails",
  options: [],
  write: (job) =>
    [
      `# ${headline(job)}, on one machine.`,
      `# Put it into ~/.config/systemd/user/${job.name}.service, then:`,
      `#   systemctl --user daemon-reload && systemctl --user start ${job.name}`,
      "#   loginctl enable-linger     so that it runs while nobody is logged in",
      "[Unit]",
      `Description=hpo: ${percent(headline(job))}`,
      "# It may fail as often as it likes: the coordinator counts what fails.",
      "StartLimitIntervalSec=0",
      "",
      "[Service]",
      "Type=exec",
      `WorkingDirectory=${percent(job.folder)}`,
      `Environment=${quoted(`PATH=${process.env["PATH"] ?? ""}`)}`,
      ...(job.tokenFile === undefined
        ? []
        : [`Environment=${quoted(`HPO_TOKEN_FILE=${job.tokenFile}`)}`]),
      "# env finds it by PATH, as systemd does not.",
      `ExecStart=/usr/bin/env ${workWords(job, job.workers)
        .map((word) => quoted(word).replaceAll("$", "$$$$"))
        .join(" ")}`,
      "# 0: the study is done. 75: it was told to stop while there is more to do.",
      "Restart=on-failure",
      "RestartForceExitStatus=75",
      "SuccessExitStatus=75",
      "RestartSec=10",
      "# SIGTERM to the worker alone: it ends its trials itself.",
      "KillMode=mixed",
      `TimeoutStopSec=${job.graceSeconds}`,
      ...(job.bytes === undefined ? [] : [`MemoryMax=${job.bytes * job.workers}`]),
      ...(job.cpus === undefined ? [] : [`CPUQuota=${100 * job.cpus * job.workers}%`]),
      "",
      "[Install]",
      "WantedBy=default.target",
    ].join("\n"),
};

/** A percent sign begins one of systemd's own words. */
const percent = (text: string): string => text.replaceAll("%", "%%");

const quoted = (word: string): string =>
  `"${percent(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
