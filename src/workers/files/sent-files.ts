import { rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import { filesIn, isLog, type Artifact } from "../../study/cleaning/trial-files.ts";
import type { HeldHere } from "../work-source.ts";
import type { FileClient } from "./file-client.ts";
import { hashOfFile } from "./file-hash-of.ts";
import { PART_BYTES, type OfferedFile } from "./file-protocol.ts";

/** Files that stay with the worker, and why. */
export interface StayedHere {
  readonly files: number;
  readonly bytes: number;
  readonly why: string;
}

/** A trial's files at one moment: each one's size and time of writing, by path; output first. */
export type Snapshot = ReadonlyMap<string, string>;

/** How often a file that is written to while it is sent is tried. */
const TRIES = 3;
const WRITTEN = "it was written to while it was sent";

export function snapshotOf(
  directory: string,
  isWanted: (file: Artifact) => boolean = () => true,
): Snapshot {
  const all = filesIn(directory).filter(isWanted);
  const inOrder = [...all.filter(isLog), ...all.filter((file) => !isLog(file))];
  return new Map(inOrder.map(({ path }) => [path, markOf(join(directory, path))]));
}

function markOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.size} ${found.mtimeNs}` : "";
}

const sizeIn = (snapshot: Snapshot, path: string): number =>
  Number(snapshot.get(path)!.split(" ")[0]);

/**
 * Sends all files of a trial, its output first.
 * @returns the files that stay here; undefined if none does
 */
export async function sendFiles(
  client: FileClient,
  held: HeldHere,
  directory: string,
): Promise<StayedHere | undefined> {
  /** How often each file had changed before it was sent. */
  const changes = new Map<string, number>();
  for (;;) {
    const snapshot = snapshotOf(directory);
    const unsteady = [...changes].filter(([, count]) => count >= TRIES);
    const staying = new Map(unsteady.map(([path]) => [path, WRITTEN]));
    const outcome = await sendSnapshot(client, held, directory, { snapshot, staying });
    // Another worker has the trial now, so the files of this attempt don't count.
    if (outcome.kind === "lost") return undefined;
    if (outcome.kind === "taken") return stayedOf(outcome.staying, snapshot);
    for (const path of outcome.paths) changes.set(path, (changes.get(path) ?? 0) + 1);
  }
}

function stayedOf(
  staying: ReadonlyMap<string, string>,
  snapshot: Snapshot,
): StayedHere | undefined {
  const paths = [...staying.keys()].filter((path) => snapshot.has(path));
  if (paths.length === 0) return undefined;
  const bytes = paths.reduce((sum, path) => sum + sizeIn(snapshot, path), 0);
  return { files: paths.length, bytes, why: staying.get(paths[0])! };
}

export type Sending =
  /** All files are in place there, but for those that stay here, by path with the reason. */
  | { readonly kind: "taken"; readonly staying: ReadonlyMap<string, string> }
  /** These files have changed since the snapshot, or the signal was aborted. */
  | { readonly kind: "changed"; readonly paths: readonly string[] }
  | { readonly kind: "lost" };

export interface SendOptions {
  readonly snapshot: Snapshot;
  /** Files that are not sent, by path with the reason. */
  readonly staying?: ReadonlyMap<string, string>;
  /** Whether nothing is to be put in place if any file would stay here. */
  readonly isWhole?: boolean;
  readonly signal?: AbortSignal;
}

/** Sends the files of a snapshot, which the coordinator puts in place together. */
export async function sendSnapshot(
  client: FileClient,
  held: HeldHere,
  directory: string,
  { snapshot, staying: given, isWhole, signal }: SendOptions,
): Promise<Sending> {
  const staying = new Map(given);
  const offered = new Map<string, OfferedFile>();
  for (const path of snapshot.keys()) {
    if (signal?.aborted) return { kind: "changed", paths: [] };
    if (staying.has(path)) continue;
    try {
      const sha256 = await hashOfFile(join(directory, path));
      offered.set(path, { path, bytes: sizeIn(snapshot, path), sha256 });
    } catch (error) {
      if (isMissing(error)) return { kind: "changed", paths: [path] };
      staying.set(path, (error as Error).message);
    }
  }
  const changed = [...offered.keys()].filter(
    (path) => markOf(join(directory, path)) !== snapshot.get(path),
  );
  if (changed.length > 0) return { kind: "changed", paths: changed };
  try {
    for (;;) {
      const files = [...offered.values()].filter(({ path }) => !staying.has(path));
      const answer = await client.offer(held, { files, staying: [...staying.keys()], isWhole });
      if (!answer) return { kind: "lost" };
      const isRefused = answer.refused.length > 0 || staying.size > 0;
      if (answer.missing.length === 0 || (isWhole && isRefused)) {
        for (const { path, why } of answer.refused) staying.set(path, why);
        return { kind: "taken", staying };
      }
      for (const { path, have } of answer.missing) {
        if (signal?.aborted) return { kind: "changed", paths: [] };
        const sent = await sendParts(
          client,
          held,
          join(directory, path),
          { ...offered.get(path)!, have },
          signal,
        );
        if (sent === "lost") return { kind: "lost" };
        if (sent === "changed") return { kind: "changed", paths: [path] };
        if (typeof sent === "object") staying.set(path, sent.why);
      }
    }
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    for (const path of snapshot.keys()) staying.set(path, error.message);
    return { kind: "taken", staying };
  }
}

/** Sends the rest of a file. @returns "sent" also if the file is to be offered again */
async function sendParts(
  client: FileClient,
  held: HeldHere,
  full: string,
  { bytes, sha256, have }: OfferedFile & { readonly have: number },
  signal: AbortSignal | undefined,
): Promise<"sent" | "changed" | "lost" | { readonly why: string }> {
  const source = await open(full, "r").catch(() => undefined);
  if (!source) return "changed";
  try {
    for (let from = have; ;) {
      if (signal?.aborted) return "changed";
      const part = Buffer.alloc(Math.min(PART_BYTES, bytes - from));
      const { bytesRead } = await source.read(part, 0, part.length, from);
      if (bytesRead < part.length) return "changed";
      const answer = await client.send(held, { bytes, sha256, from, part });
      if (!answer) return "lost";
      if (answer.kind === "refused") return { why: answer.why };
      if (answer.kind === "again" || answer.have === bytes) return "sent";
      // All bytes arrived, but with another hash.
      if (answer.have === 0 && from + part.length === bytes) return "changed";
      from = answer.have;
    }
  } finally {
    await source.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** Removes a trial's folder, which this worker needs no longer. */
export const dropFolder = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true });
