import type { Storage } from "../contracts/storage.ts";
import type { SqliteOptions } from "./sql/sqlite/sqlite-options.ts";

export interface StorageOptions extends SqliteOptions {
  /** A server that can't be reached is waited for until this is aborted; left out, that is an error. */
  readonly waiting?: AbortSignal;
}

/** A kind of storage, as `openStorage` finds it by the scheme of a URL: what stands before the colon. */
export interface StorageScheme {
  /** How its URL is written, for messages; without it none offers this storage. */
  readonly form?: string;
  /** Other schemes that mean this storage. */
  readonly aliases?: readonly string[];
  /** Whether what is stored is gone when the process ends; false by default. */
  readonly endsWithProcess?: boolean;
  /** A URL as it may be shown: without a password. By default as it is. */
  shown?(url: string): string;
  /**
   * What `open` is to open.
   * @param rest what stands behind `scheme:` in `url`
   * @throws HpoError if the URL names no storage, with one that would
   */
  locate(url: string, rest: string): string;
  /** @throws StorageError if the storage can't be used */
  open(location: string, options: StorageOptions): Promise<Storage>;
}
