import { z } from "../../vendor/zod.ts";

/*
 * Files between a worker and its coordinator: …/studies/NAME/files?number=N&lease=L and
 *
 *   GET                             what the trial's folder holds there, as JSON; of=M: of the trial it goes on from
 *   GET  &path=P&from=K             a file's bytes from there on
 *   PUT  &offer=1                   all that the trial keeps, as JSON; answered by what of it is missing there. Once
 *                                   nothing is, all of it stands in its place
 *   PUT  &bytes=B&sha256=H&from=K   a part of what was offered; answered by how much of it is there
 *   PUT  &path=P&from=K&log=1       more of what the trial prints; answered by how much is there
 *
 * Whoever holds the trial's lease may do so, and nobody else.
 */

/** The size of the largest part. */
export const PART_BYTES = 4 * 2 ** 20;

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const flag = z.literal("1").optional();
const path = z.string().min(1).max(4096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const fileQuery = z.object({
  number: count,
  lease: z.string().min(1).max(64),
  of: count.optional(),
  path: path.optional(),
  from: count.default(0),
  bytes: count.optional(),
  sha256: sha256.optional(),
  log: flag,
  offer: flag,
});
export type FileQuery = z.output<typeof fileQuery>;

export const offerSchema = z.object({
  /** The trial's output comes first, and so is taken first where there are limits. */
  files: z.array(z.object({ path, bytes: z.int().min(0), sha256 })),
  /** The paths of files that stay with the worker; earlier copies of them are left as they are. */
  staying: z.array(path).optional(),
  /** Whether nothing is to be put in place if any file is refused. */
  isWhole: z.boolean().optional(),
});
export type Offer = z.output<typeof offerSchema>;
export type OfferedFile = Offer["files"][number];

/** A file that stays with the worker. */
export interface Refused {
  readonly path: string;
  readonly why: string;
}

export interface OfferAnswer {
  /** Files of which not all is there, and how much is. */
  readonly missing: readonly { readonly path: string; readonly have: number }[];
  readonly refused: readonly Refused[];
}

/** A part of a file. */
export interface SentPart {
  /** The size of the whole file, as is the hash that of the whole. */
  readonly bytes: number;
  readonly sha256: string;
  readonly from: number;
  readonly part: Uint8Array;
}

export type Received =
  /** `have` bytes of the file are there; the next part begins behind them. */
  | { readonly kind: "part"; readonly have: number }
  /** The file stays with the worker. */
  | { readonly kind: "refused"; readonly why: string }
  /** The file is to be offered again first, as the coordinator was started again. */
  | { readonly kind: "again" };
