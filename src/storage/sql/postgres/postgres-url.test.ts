import test from "ava";
import { shownPostgresUrl } from "./postgres-url.ts";

test("a URL is shown with all but its password, wherever that stands", (t) => {
  const shown = {
    "postgres://host/db": "postgres://host/db",
    "postgresql://me@host:5433/db?sslmode=require": "postgres://me@host:5433/db?sslmode=require",
    "postgres://me:secret@host/db": "postgres://me@host/db",
    "postgres://me:a@b@host/db?password=secret": "postgres://me@host/db",
    "postgres://host/db?PASSWORD=secret&host=/tmp&a=b": "postgres://host/db?host=/tmp&a=b",
    "postgres://:secret@host/db?": "postgres://host/db",
  };
  for (const [url, text] of Object.entries(shown)) t.is(shownPostgresUrl(url), text);
});
