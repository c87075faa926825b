import { packageVersion } from "../system/package-version.ts";
import { z } from "../vendor/zod.ts";
import { provenanceSchema, questionSchema } from "../server/messages.ts";
import type { End } from "../study/trial/trial-end.ts";
import type { NewsItem } from "./work-source.ts";

/*
 * What workers send to a coordinator over HTTP: POST /v1/studies/NAME/CALL, JSON with Python's NaN
 * and Infinity, as everywhere here. Checked as it comes in; what a trial can't take, the study refuses.
 */

/** Must be equal on both sides. 2: the files of a trial are put in place together. */
export const PROTOCOL = 2;
/** The version for programs that ask and tell, in any language: of the call `do` alone. */
export const PROGRAM_PROTOCOL = 1;
export const PROTOCOL_HEADER = "hpo-protocol";
export const VERSION_HEADER = "hpo-version";
/** The headers of each call of a worker. */
export const workerHeaders = (token: string | undefined): Readonly<Record<string, string>> => ({
  [PROTOCOL_HEADER]: String(PROTOCOL),
  [VERSION_HEADER]: packageVersion(),
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
});
/** Curves of hundreds of thousands of steps come with a trial's end. */
export const MAX_BODY_BYTES = 1 << 26;

const text = z.string();
const held = { number: z.int(), lease: text };
const short = z.string().max(256);
const slot = {
  worker: text,
  slot: text,
  host: text,
  provenance: provenanceSchema.optional(),
  file: short.optional(),
};
const item = z.custom<NewsItem>(
  (value) => typeof value === "object" && value !== null && "kind" in value,
);
const news = z.object({ from: z.int(), items: z.array(item) });
const end = z.custom<End>(
  (value) => typeof value === "object" && value !== null && "state" in value,
);

export const CALLS = {
  facts: z.object({}),
  claim: z.object(slot),
  report: z.object({ ...held, news }),
  beat: z.object({ worker: text, held: z.array(z.object(held)) }),
  tell: z.object({
    ...held,
    news,
    end,
    system: z.record(text, z.unknown()),
    ranMs: z.number().min(0).optional(),
  }),
  release: z.object(held),
  leave: z.object({ worker: text }),
  /** A question of a program that asks and tells by itself. */
  do: z.object({ program: text.min(1), question: questionSchema }),
} as const;

export type Call = keyof typeof CALLS;
export type CallBody<Name extends Call> = z.infer<(typeof CALLS)[Name]>;
