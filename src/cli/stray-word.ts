import type { Command } from "commander";

/** A word where a command is asked for and none is called so. */
export interface StrayWord {
  readonly word: string;
  /** Whose commands it is not among. */
  readonly group: Command;
}

/** The first word that should name a command and doesn't; undefined if all do. */
export function strayWord(group: Command, words: readonly string[]): StrayWord | undefined {
  const [word, ...rest] = words;
  const isGroup = group.commands.length > 0 && group.registeredArguments.length === 0;
  if (!isGroup || word === undefined || word === "help" || word.startsWith("-")) return undefined;
  const named = commandOf(group, word);
  return named ? strayWord(named, rest) : { word, group };
}

export const commandOf = (group: Command, word: string): Command | undefined =>
  group.commands.find((command) => command.name() === word || command.aliases().includes(word));
