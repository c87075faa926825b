import { code, list, prose, sentence } from "./markdown.js";

/** Options that nearly every command has: the page says them once, above. */
const COMMON = {
  "--help": /^/,
  "--json": /^print JSON$/,
  "--storage": /^where studies are kept/,
};

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
    says: said(help.argumentDescription(one)),
  }));
  const options = help
    .visibleOptions(command)
    .filter(({ long, description }) => !COMMON[long]?.test(description))
    .map((one) => ({ name: one.flags, says: said(help.optionDescription(one)) }));
  const lines = [...args, ...options];
  return [
    `## ${words}`,
    sentence(command.description()),
    `\`\`\`text\n${words} ${command.usage()}\n\`\`\``,
    ...(lines.length > 0 ? [list(lines)] : []),
  ].join("\n\n");
}

/** As prose; an address that stands for others is code, as it would be made a link otherwise. */
const said = (text) => prose(text).replace(/https?:\/\/[A-Z][\w:/]*/g, code);
