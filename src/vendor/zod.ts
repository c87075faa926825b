/** Zod. The build puts the library itself in this file's place, as it does with Kysely. */
export * as z from "./zod-parts.ts";
