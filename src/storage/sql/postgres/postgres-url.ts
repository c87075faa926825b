/** A URL as it may be shown: without the password, which its parameters may hold, too. */
export function shownPostgresUrl(url: string): string {
  const [, rest = ""] = /^[a-z0-9+]+:\/\/(.*)$/is.exec(url) ?? [];
  const [place, query = ""] = splitOnce(rest, "?");
  const at = place.lastIndexOf("@");
  const [user] = splitOnce(place.slice(0, Math.max(0, at)), ":");
  const parts = query.split("&").filter((part) => part !== "" && !/^password=/i.test(part));
  const host = place.slice(at + 1);
  const shown = parts.length > 0 ? `?${parts.join("&")}` : "";
  return `postgres://${user === "" ? "" : `${user}@`}${host}${shown}`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Makes libpq's URL of SQLAlchemy's, which names the driver: `postgresql+psycopg2://`. */
export const libpqUrl = (url: string): string =>
  url.replace(/^postgres(ql)?(\+[a-z0-9]+)?:/i, "postgres:");
