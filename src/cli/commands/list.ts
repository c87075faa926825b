import { Command } from "commander";
import type { Storage, StudySummary } from "../../contracts/storage.ts";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const listCommand = (): Command =>
  new Command("list")
    .description("the studies that the storage has")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions) => {
      const { withStorageIfThere } = await import("../context.ts");
      const { print, printJson, table, warn } = await import("../output.ts");
      const { ATTRIBUTE } = await import("../../contracts/attributes.ts");
      const { interruptedOf } = await import("../show/status-of.ts");
      const { StorageError } = await import("../../errors/errors.ts");
      /** A study that can't be read hides none of the others. */
      const judged = async (study: StudySummary, storage: Storage) => {
        if (study.unreadable !== undefined) return { interrupted: 0 };
        try {
          return { interrupted: await interruptedOf(study, storage) };
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
          return { interrupted: 0, unreadable: error.message };
        }
      };
      const read = async (storage: Storage) => {
        const listed = await storage.listStudies();
        const seen: (StudySummary & { readonly interrupted: number })[] = [];
        for (const study of listed) seen.push({ ...study, ...(await judged(study, storage)) });
        return seen;
      };
      const stored = await withStorageIfThere(options, read, ({ message }) => warn(message));
      const studies = stored ?? [];
      if (options.json) {
        printJson(
          studies.map(({ name, directions, userAttrs, systemAttrs, startedAt, ...study }) => ({
            name,
            directions,
            metricNames: systemAttrs[ATTRIBUTE.metricNames] ?? null,
            userAttrs,
            trials: study.counts,
            interrupted: study.interrupted,
            startedAt: startedAt?.toISOString() ?? null,
            unreadable: study.unreadable ?? null,
          })),
        );
        return;
      }
      if (!stored) return;
      for (const { unreadable } of studies) if (unreadable !== undefined) warn(unreadable);
      if (studies.length === 0) {
        const { ifNoStudy, shownStorage } = await import("../../storage/open-storage.ts");
        print(
          `${shownStorage(options.storage)} has no study yet.${ifNoStudy(options.storage)} hpo study run FILE starts one.`,
        );
        return;
      }
      const rows = studies.map(({ name, directions, counts, interrupted, startedAt }) => [
        name,
        directions.join(", ") || "not set",
        ...[counts.complete, counts.pruned, counts.failed].map(String),
        ...[counts.running - interrupted, interrupted, counts.waiting].map(String),
        startedAt ? startedAt.toISOString().slice(0, 16).replace("T", " ") : "",
      ]);
      const head = [
        "study",
        "direction",
        "complete",
        "pruned",
        "failed",
        "running",
        "interrupted",
        "waiting",
        "started",
      ];
      print(table(head, rows));
    });
