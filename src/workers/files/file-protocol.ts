import { z } from "../../vendor/zod.ts";

/*
 * Files between a worker and its coordinator: …/studies/NAME/files?number=N&lease=L and
 *
 *   GET                             what the trial's folder holds there, as JSON; of=M: of the trial it goes on from
 *   GET  &path=P&from=K             a file's bytes from there on
 *   PUT  &path=P&bytes=B&sha256=H&from=K   a part of a file; answered by what is there, or why it is refused
 *   PUT  &path=P&from=K&log=1       more of what the trial prints; answered by how much is there
 *
 * Whoever holds the trial's lease may do so, and nobody else.
 */

/** What is sent at once. */
export const PART_BYTES = 4 * 2 ** 20;

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export const fileQuery = z.object({
  number: count,
  lease: z.string().min(1).max(64),
  of: count.optional(),
  path: z.string().min(1).max(4096).optional(),
  from: count.default(0),
  bytes: count.optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  log: z.literal("1").optional(),
});

export type FileQuery = z.output<typeof fileQuery>;
