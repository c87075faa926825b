import type { Storage } from "../contracts/storage.ts";
import type { SqliteOptions } from "./sql/sqlite/sqlite-options.ts";

export interface StorageOptions extends SqliteOptions {
  /**
   * Waits for a server until this is aborted; without it, one that can't be reached is an error.
   */
  readonly waiting?: AbortSignal;
  /** Whether a file that is not there, and the tables in an empty database, are created. Default: true. */
  readonly create?: boolean;
}

/** A kind of storage, as `openStorage` finds it by the scheme of a URL: what stands before the colon. */
export interface StorageScheme {
  /** The form of its URL in messages; without one, no message offers this storage. */
  readonly form?: string;
  /** Other schemes that mean this storage. */
  readonly aliases?: readonly string[];
  /** Whether what is stored is gone when the process ends; false by default. */
  readonly endsWithProcess?: boolean;
  /** For messages: where studies may be that a storage without any is thought to have. */
  readonly ifNoStudy?: string;
  /** The URL without its password, for messages; by default the URL itself. */
  shown?(url: string): string;
  /**
   * The location, such as a path, that `open` takes.
   * @param rest what stands behind `scheme:` in `url`
   * @throws HpoError if the URL names no storage, showing one that would
   */
  locate(url: string, rest: string): string;
  /**
   * Looks whether what lies at the location is whole, by nothing that an open storage has in memory; left out where
   * nothing but the storage itself can touch it.
   * @throws StorageError if it is damaged
   */
  check?(location: string, url: string): Promise<void>;
  /** @throws StorageError if the storage can't be used; StorageNotFoundError if it would have to be created */
  open(location: string, options: StorageOptions): Promise<Storage>;
}
