import { StorageError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import { fromJson } from "../json.ts";

/**
 * A stored attribute's value.
 * @param of how errors name its owner, as `sqlite:hpo.db: trial 3`
 * @throws StorageError naming the attribute, if what another program stored is no JSON
 */
export function storedAttribute(json: string, key: string, of: string): unknown {
  try {
    return fromJson(json);
  } catch (error) {
    throw new StorageError(
      `${of}: attribute "${key}" can't be read: ${(error as Error).message}. It holds ` +
        `${shown(json)}; mend it with the program that wrote it.`,
      { cause: error },
    );
  }
}
