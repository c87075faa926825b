/** A line for each: its name, what it is, and what it says. */
export const list = (entries) =>
  entries
    .map(({ name, is, says }) => {
      const words = [code(name) + (is ? ` (${is})` : ""), ...(says ? [says] : [])].join(": ");
      return `- ${words.replaceAll("\n", " ")}`;
    })
    .join("\n");

export const code = (text) => `\`${text}\``;

/** As prose: what looks like a tag or a template is shown as it is. */
export const prose = (text) => text.replaceAll("<", "\\<").replaceAll("{{", "&#123;&#123;");

export const sentence = (text) => prose(text).replace(/^./, (first) => first.toUpperCase());
