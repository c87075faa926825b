export interface SqliteOptions {
  /**
   * "full" (the default): what was acknowledged survives a power cut. "normal": several times
   * faster; it survives the death of any process, but a power cut may take the last moments.
   */
  readonly synchronous?: "full" | "normal";
  /** How long to wait for another process that writes. Default: 15000. */
  readonly busyTimeoutMs?: number;
  /**
   * The permissions of a file that is created, as for `chmod`, whatever the umask. Default: 0o600,
   * its owner alone. A file that is there keeps its mode.
   */
  readonly mode?: number;
}
