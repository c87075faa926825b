import { StorageError } from "../../errors/errors.ts";
import { fromJson } from "../json.ts";

/**
 * A stored attribute's value.
 * @param of whose it is, as `trial 3`
 * @throws StorageError naming the attribute, if what another program stored is no JSON
 */
export function storedAttribute(json: string, key: string, of: string): unknown {
  try {
    return fromJson(json);
  } catch (error) {
    throw new StorageError(
      `Attribute "${key}" of ${of} can't be read: ${(error as Error).message}. It holds ` +
        `${JSON.stringify(json.slice(0, 60))}; mend it with the program that wrote it.`,
      { cause: error },
    );
  }
}
