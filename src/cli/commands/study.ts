import type { Command } from "commander";
import { askCommand } from "./ask.ts";
import { artifactsCommand } from "./artifacts.ts";
import { bestCommand } from "./best.ts";
import { checkCommand } from "./check.ts";
import { compareCommand } from "./compare.ts";
import { copyCommand, deleteCommand, renameCommand } from "./manage.ts";
import { enqueueCommand } from "./enqueue.ts";
import { exportCommand } from "./export.ts";
import { importanceCommand } from "./importance.ts";
import { listCommand } from "./list.ts";
import { logsCommand } from "./logs.ts";
import { plotCommand, reportCommand } from "./plot.ts";
import { studyGroup } from "../root-command.ts";
import { replayCommand } from "./replay.ts";
import { confirmCommand, resumeCommand, runCommand } from "./run.ts";
import { schemaCommand } from "./schema.ts";
import { rolesCommand } from "./serving/roles.ts";
import { serveCommand } from "./serving/serve.ts";
import { statusCommand } from "./serving/status.ts";
import { showCommand } from "./show.ts";
import {
  cancelCommand,
  excludeCommand,
  failCommand,
  includeCommand,
  requeueCommand,
} from "./steer.ts";
import { tellCommand } from "./tell.ts";
import { tokenCommand } from "../work/token-commands.ts";
import { trialsCommand } from "./trials.ts";
import { workCommand } from "../work/work-command.ts";

export const studyCommand = (): Command =>
  studyGroup()
    .addCommand(checkCommand())
    .addCommand(runCommand())
    .addCommand(resumeCommand())
    .addCommand(workCommand())
    .addCommand(statusCommand())
    .addCommand(tokenCommand())
    .addCommand(rolesCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(trialsCommand())
    .addCommand(logsCommand())
    .addCommand(artifactsCommand())
    .addCommand(bestCommand())
    .addCommand(plotCommand())
    .addCommand(reportCommand())
    .addCommand(importanceCommand())
    .addCommand(compareCommand())
    .addCommand(confirmCommand())
    .addCommand(enqueueCommand())
    .addCommand(askCommand())
    .addCommand(tellCommand())
    .addCommand(serveCommand())
    .addCommand(cancelCommand())
    .addCommand(excludeCommand())
    .addCommand(includeCommand())
    .addCommand(requeueCommand())
    .addCommand(failCommand())
    .addCommand(exportCommand())
    .addCommand(replayCommand())
    .addCommand(schemaCommand())
    .addCommand(copyCommand())
    .addCommand(renameCommand())
    .addCommand(deleteCommand());
