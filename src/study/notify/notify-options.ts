import { HpoError } from "../../errors/errors.ts";
import { mustBe, requireKnown, requireOneOf } from "../../errors/checks.ts";
import { commandEnvironment } from "../../runner/command/command-environment.ts";
import { splitWords } from "../../runner/command/command-words.ts";

/** `best`: a new best trial; `end`: the study stopped as it has enough; `error`: it stopped for errors. */
export const NOTICES = ["best", "end", "error"] as const;
export type NoticeKind = (typeof NOTICES)[number];

/** Who is told of a study. */
export interface NotifyOptions {
  /**
   * A URL that is sent JSON by POST, or a program, as a line or a list of words, that gets it on stdin; no
   * shell is between. `$NAME` stands for a variable of hpo's environment, so that no secret need be written down.
   */
  readonly to: string | readonly string[];
  /** The kinds of notices that are sent; all if left out. */
  readonly on?: readonly NoticeKind[];
}

/** Where notices go. */
export type Receiver =
  | { readonly kind: "url"; readonly url: URL; readonly shown: string }
  | { readonly kind: "program"; readonly words: readonly string[]; readonly shown: string };

export interface Notified {
  readonly receiver: Receiver;
  readonly on: readonly NoticeKind[];
}

/** @throws HpoError that says what is wrong, and shows nothing of a URL but its host */
export function parseNotify(where: string, given: NotifyOptions | string): Notified {
  const options = typeof given === "string" ? { to: given } : given;
  if (typeof (options as unknown) !== "object" || options === null) {
    throw mustBe(where, given, "a URL, a program's line, or { to, on }");
  }
  requireKnown(where, options, ["to", "on"]);
  const { to, on = NOTICES } = options;
  for (const notice of on) requireOneOf(`${where}: on`, notice, NOTICES);
  return { receiver: receiverOf(where, to), on };
}

function receiverOf(where: string, to: string | readonly string[]): Receiver {
  const words = typeof to === "string" ? [to] : to;
  if (
    !Array.isArray(words) ||
    words.length === 0 ||
    !words.every((word) => typeof word === "string")
  ) {
    throw new HpoError(`${where}: give a URL, or a program with its words.`);
  }
  const isLine = typeof to === "string" && !/^(https?:|\$)/i.test(to);
  const said = isLine
    ? splitWords(to).map((pieces) => pieces.map(({ text }) => text).join(""))
    : words;
  const named = Object.fromEntries(said.map((word, at) => [`word ${at}`, word]));
  const meant = Object.values(commandEnvironment(named));
  if (typeof to === "string" && /^https?:/i.test(meant[0])) {
    if (!URL.canParse(meant[0]))
      throw new HpoError(`${where}: this is no URL. Give https://HOST/PATH.`);
    const url = new URL(meant[0]);
    // Anyone who knows a webhook's path can post to it, so only the host is shown.
    return { kind: "url", url, shown: url.host };
  }
  if (meant.length === 0 || meant[0] === "")
    throw new HpoError(`${where} is empty. Give a URL or a program.`);
  return { kind: "program", words: meant, shown: meant[0] };
}

/** The option of a definition or a run. */
export interface Notifying {
  /** Who is told of a new best, the end, and a stop for errors; see `NotifyOptions`. */
  readonly notify?: NotifyOptions | string;
}

export const notifiedOf = ({ notify }: Notifying): Notified | undefined =>
  notify === undefined ? undefined : parseNotify("notify", notify);
