import { z } from "../vendor/zod.ts";

/** What is wrong with a value by its schema, a line each, with its place in it. */
export const schemaProblems = (error: z.core.$ZodError): string =>
  plainProblem(z.prettifyError(error));

/** One of Zod's messages, in words of the JSON that it is about. */
export const plainProblem = (message: string): string =>
  message
    .replaceAll("Invalid input: expected nonoptional, received undefined", "It is missing")
    .replaceAll(/Invalid input: expected (.+), received undefined/g, "It is missing: expected $1");
