/** What may be drawn with: a terminal, or a reader of a pipe, in the C locale knows ASCII alone. */
export function knowsUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  if (locale === undefined || locale === "") return env["TERM"] !== "linux";
  return /utf-?8/i.test(locale) || !/^(C|POSIX)(\.|$)/.test(locale);
}
