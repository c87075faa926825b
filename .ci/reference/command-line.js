import { list, prose, sentence } from "./markdown.js";

/** A section for each command, those under it following, with its arguments and options. */
export function commandsOf(command, words = command.name()) {
  const own = command.commands.length > 0 ? [] : [sectionOf(command, words)];
  const under = command.commands.filter(({ _hidden }) => !_hidden);
  return [...own, ...under.map((one) => commandsOf(one, `${words} ${one.name()}`))].join("\n\n");
}

function sectionOf(command, words) {
  const help = command.createHelp();
  const args = help.visibleArguments(command).map((one) => ({
    name: one.name(),
    says: prose(help.argumentDescription(one)),
  }));
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== "--help")
    .map((one) => ({ name: one.flags, says: prose(help.optionDescription(one)) }));
  const lines = [...args, ...options];
  return [
    `## ${words}`,
    sentence(command.description()),
    `\`\`\`text\n${words} ${command.usage()}\n\`\`\``,
    ...(lines.length > 0 ? [list(lines)] : []),
  ].join("\n\n");
}
