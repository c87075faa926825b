import { readFileSync } from "node:fs";
import type { Storage } from "../../contracts/storage.ts";
import { keepFiles, type FileKeeper } from "../../study/cleaning/file-keeper.ts";
import { checkFileLimits } from "../../study/cleaning/file-limits.ts";
import { findReceiver } from "../../study/notify/find-receiver.ts";
import { notifiedOf, parseNotify } from "../../study/notify/notify-options.ts";
import { notifier } from "../../study/notify/notifier.ts";
import { openStudy } from "../../study/open-study.ts";
import { engineOf } from "../../study/study-internals.ts";
import { loadStudyFile } from "../../study-file/load-study-file.ts";
import { askingPrograms } from "../../workers/asking-programs.ts";
import { coordinate } from "../../workers/coordinator.ts";
import { definitionFacts } from "../../workers/definition-facts.ts";
import type { FileStore } from "../../workers/files/file-store.ts";
import { fileHash } from "../../workers/file-hash.ts";
import { isLoopback, listenAddress, type ListenAddress } from "../../workers/listen-address.ts";
import { tokenGate } from "../../workers/tokens/token-gate.ts";
import { tokensOf } from "../../workers/tokens/tokens.ts";
import { serveWork } from "../../workers/work-server.ts";
import { goOnWithoutReader } from "../closed-output.ts";
import { withStorage } from "../context.ts";
import { givenParts } from "../given-parts.ts";
import type { CommonOptions } from "../options.ts";
import { print, warn } from "../output.ts";
import { showProgress } from "../run/progress.ts";
import { requireKept } from "../run/require-kept.ts";
import { refuseStudyName, rememberSource } from "../run/run-source.ts";
import { asUsage, UsageError } from "../usage-error.ts";
import { allKnow, studyEnd, tellErrors, type EndingStudy } from "./served-end.ts";
import { servedFiles, storeOf, type UploadFlags } from "./served-files.ts";

export interface ServeFlags extends CommonOptions, UploadFlags {
  readonly listen: string;
  readonly trials?: number;
  /** In milliseconds, as the next one. */
  readonly timeout?: number;
  readonly lease?: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly untilDone?: boolean;
  readonly quiet?: boolean;
  readonly strategy?: string;
  readonly keepBest?: number;
  readonly notify?: string;
  readonly artifactsLimit?: string;
}

/** Serves the studies of these files to workers elsewhere. @returns the exit code */
export async function serveFiles(files: readonly string[], flags: ServeFlags): Promise<number> {
  goOnWithoutReader();
  if (files.length === 0) throw new UsageError("hpo study serve: give a study file, or --stdio.");
  const address = asUsage(() => listenAddress(flags.listen));
  asUsage(() => checkFileLimits("hpo study serve", flags));
  asUsage(
    () =>
      flags.notify !== undefined && findReceiver("--notify", parseNotify("--notify", flags.notify)),
  );
  const tls = tlsOf(flags);
  return withStorage(
    flags,
    async (storage) => {
      const served = await Promise.all(files.map((file) => serveOne(file, storage, flags)));
      const studies = new Map(served.map(({ study, coordinator }) => [study.name, coordinator]));
      await checkReach(address, flags, storage, [...studies.keys()]);
      const server = await serveWork({
        studies,
        programs: new Map(served.map(({ study, programs }) => [study.name, programs])),
        ...address,
        ...(tls && { tls }),
        gate: tokenGate(storage, isLoopback(address)),
        storage,
        files: new Map(
          served.flatMap(({ study, store, coordinator }) =>
            store ? [[study.name, servedFiles(store, coordinator)] as const] : [],
          ),
        ),
      });
      const scheme = tls ? "https" : "http";
      const host = address.host.includes(":") ? `[${address.host}]` : address.host;
      for (const name of studies.keys()) {
        const url = `${scheme}://${host}:${server.port}/${encodeURIComponent(name)}`;
        print(`Served: hpo study work ${url} --file FILE`);
      }
      const shown = served.map(({ study, total }) =>
        showProgress(study, { total, workers: 0, isQuiet: flags.quiet === true }),
      );
      const why = await Promise.race([signalled(), endOf(served, flags.untilDone)]);
      for (const progress of shown) progress.end();
      for (const { coordinator } of served) coordinator.close();
      await server.close();
      await Promise.all(served.map(({ programs }) => programs.close()));
      for (const { files, notices } of served) {
        await files.end();
        await notices.close();
      }
      for (const { study, coordinator } of served) {
        if (!coordinator.gone) await requireKept(study, flags.storage);
      }
      print(
        `Stopped: ${why}. Workers go on with what they run, and wait for the next coordinator.`,
      );
      return 0;
    },
    OPENING,
  );
}

/** A database that is away is waited for: the coordinator may come before it, as workers before their coordinator. */
const OPENING = { waiting: new AbortController().signal };

/** Resolves, if it is to end then, when all studies are done and all that wait know. */
async function endOf(served: readonly Served[], isToEnd = false): Promise<string> {
  const [why] = await Promise.all(
    served.map((one) =>
      studyEnd(one).catch((error: Error) => {
        if (served.length === 1) throw error;
        // The others are served on.
        warn(error.message);
        return error.message;
      }),
    ),
  );
  if (isToEnd) await Promise.all(served.map(allKnow));
  else await new Promise(() => undefined);
  return why;
}

interface Served extends EndingStudy {
  readonly total: number | undefined;
  readonly files: FileKeeper;
  /** Where workers send what trials keep. */
  readonly store: FileStore | undefined;
}

async function serveOne(path: string, storage: Storage, flags: ServeFlags): Promise<Served> {
  await refuseStudyName("hpo study serve", path, storage);
  const file = await loadStudyFile(path);
  const total = flags.trials ?? file.definition.trials;
  const definition = { ...file.definition, trials: total, ...(await givenParts(flags)) };
  const study = await openStudy(definition, { storage, log: warn });
  await rememberSource(storage, study.name, file.source, flags);
  const store = storeOf(study, flags);
  const coordinator = await coordinate(study, {
    files: store?.id,
    definition: definitionFacts(definition, file.command),
    fileHash: fileHash(path),
    leaseMs: flags.lease,
    total,
    timeoutMs: flags.timeout ?? definition.timeoutMs,
    until: definition.until,
  });
  const files = keepFiles(engineOf(study).state, {
    keepBest: flags.keepBest ?? definition.keepBest,
    artifactsLimit: flags.artifactsLimit ?? definition.artifactsLimit,
  });
  const notify = flags.notify ?? definition.notify;
  const notices = notifier(engineOf(study).state, notifiedOf({ notify }));
  const programs = askingPrograms(study, { total, leaseMs: flags.lease });
  const served = { study, coordinator, programs, total, files, store, notices };
  tellErrors(served);
  if (flags.quiet) study.subscribe((event) => event.type === "note" && warn(event.message));
  return served;
}

/** @throws UsageError if others could listen, or anybody could work */
async function checkReach(
  address: ListenAddress,
  { listen, tlsCert, behindProxy }: ServeFlags,
  storage: Storage,
  names: readonly string[],
): Promise<void> {
  if (isLoopback(address)) return;
  if (tlsCert === undefined && !behindProxy) {
    throw new UsageError(
      `--listen ${listen} is reached from other machines: tokens would cross the network in clear. ` +
        "Give --tls-cert and --tls-key, or --behind-proxy where a proxy has them.",
    );
  }
  for (const name of names) {
    const record = await storage.findStudy(name);
    if (record && tokensOf(record.systemAttrs).length > 0) continue;
    throw new UsageError(
      `--listen ${listen} is reached from other machines, and study ${JSON.stringify(name)} has no token: anybody ` +
        `could work on it. Create one: hpo study token create ${name}`,
    );
  }
}

function tlsOf({ tlsCert, tlsKey }: ServeFlags) {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError("--tls-cert and --tls-key belong together. Give both.");
  }
  return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
}

const signalled = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
