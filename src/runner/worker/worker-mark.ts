import { randomUUID } from "node:crypto";

const VARIABLE = "HPO_WORKER";

/**
 * `HPO_WORKER=…`: inherited by a worker's processes, which are found by it once the worker is gone.
 */
export const workerMark = (): string => `${VARIABLE}=${randomUUID()}`;

export const withMark = (
  env: Readonly<Record<string, string | undefined>>,
  mark: string,
): Record<string, string> => {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(set), [VARIABLE]: mark.slice(VARIABLE.length + 1) };
};
