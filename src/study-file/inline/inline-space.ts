import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { OWN_PLACEHOLDERS } from "../../runner/command/command-plan.ts";
import { distributionOfFile } from "../parameter-distribution.ts";
import type { ParameterContent } from "../study-file-schema.ts";
import { pointedOut } from "./pointed-out.ts";
import { mentionsIn, type Mention } from "./mentions.ts";
import { PlacedError } from "./written-range.ts";

/** A command as a study file has it, and the space that stood in its placeholders. */
export interface InlineSpace {
  readonly command: string | readonly string[];
  readonly space: Readonly<Record<string, ParameterContent>>;
}

/**
 * Takes the ranges out of a command: `train --lr {lr:1e-5..1:log} {amp?--amp}`. What stands within
 * `{amp?…}` exists where amp is true.
 * @param command a command line, or the program and its arguments one by one
 * @throws HpoError with a caret under what is wrong
 */
export function inlineSpace(command: string | readonly string[]): InlineSpace {
  const words = typeof command === "string" ? [command] : command;
  const read = words.map((word) => pointedOut(word, () => mentionsIn(word)));
  const mentions = read.flatMap((one, index) =>
    one.mentions.map((mention) => ({ ...mention, word: words[index] })),
  );
  for (const mention of mentions) {
    if (isOwn(mention.name) && (mention.parameter || mention.kind === "flag")) {
      fail(
        mention,
        `${mention.name} is given by hpo. Call the parameter otherwise, or write {${mention.name}}`,
      );
    }
  }
  const names = [...new Set(mentions.map(({ name }) => name))].filter((name) => !isOwn(name));
  if (names.length === 0) {
    throw new HpoError(
      `The command ${JSON.stringify(words.join(" "))} has no parameter. Write its range in it: ` +
        "--lr {lr:1e-5..1:log}, --layers {layers:1..8:int}, --opt {opt:adam|sgd}, {amp?--amp}.",
    );
  }
  const space = names.map((name) => {
    const own = mentions.filter((mention) => mention.name === name);
    return [name, parameterOf(own, names)] as const;
  });
  const texts = read.map(({ text }) => text);
  return {
    command: typeof command === "string" ? texts[0] : texts,
    space: Object.fromEntries(space),
  };
}

const isOwn = (name: string): boolean => (OWN_PLACEHOLDERS as readonly string[]).includes(name);

interface PlacedMention extends Mention {
  readonly word: string;
}

/** The parameter that all these speak of. */
function parameterOf(
  mentions: readonly PlacedMention[],
  names: readonly string[],
): ParameterContent {
  const [first] = mentions;
  const [declared, ...more] = mentions.filter(({ parameter }) => parameter !== undefined);
  const other = more.find(
    ({ parameter }) => JSON.stringify(parameter) !== JSON.stringify(declared.parameter),
  );
  if (other) fail(other, `${other.name} has another range before. Write {${other.name}} here`);
  const isFlag = mentions.some(({ kind }) => kind === "flag");
  if (!declared && !isFlag) {
    const { name } = first;
    const known = [...names.filter((one) => one !== name), ...OWN_PLACEHOLDERS];
    const meant = name.length > 2 ? didYouMean(name, known) : "";
    const hint = meant.startsWith("Did") ? `. ${meant}` : "";
    fail(first, `${name} has no range. Write {${name}:1e-5..1:log} or {${name}:a|b}${hint}`);
  }
  const parameter = declared?.parameter ?? FLAG;
  try {
    distributionOfFile({ log: false, ...parameter } as Parameters<typeof distributionOfFile>[0]);
  } catch (error) {
    if (error instanceof HpoError) fail(declared, error.message.replace(/\.$/, ""));
    throw error;
  }
  const when = sharedConditions(mentions);
  return { ...parameter, ...(Object.keys(when).length > 0 && { when }) };
}

const FLAG: ParameterContent = { type: "categorical", choices: [true, false] };

/** What holds wherever a parameter is mentioned. */
function sharedConditions(mentions: readonly Mention[]): Readonly<Record<string, boolean>> {
  const [first, ...others] = mentions.map(({ conditions }) => conditions);
  return Object.fromEntries(
    first.filter(([name, value]) =>
      others.every((all) => all.some((one) => one[0] === name && one[1] === value)),
    ),
  );
}

function fail({ word, at }: PlacedMention, message: string): never {
  return pointedOut(word, () => {
    throw new PlacedError(message, at);
  });
}
