import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { StorageError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import { CappedMap } from "../../system/capped-map.ts";
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

/** What all trials of one process have alike. */
const ALIKE: ReadonlySet<string> = new Set([ATTRIBUTE.runner, ATTRIBUTE.provenance]);

/** As `storedAttribute`; what many trials have alike is parsed once, and is one frozen object. */
export function attributeReader(): typeof storedAttribute {
  const known = new CappedMap<string, unknown>(1000);
  return (json, key, of) =>
    ALIKE.has(key)
      ? (known.get(json) ?? known.put(json, frozen(storedAttribute(json, key, of))))
      : storedAttribute(json, key, of);
}

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}
