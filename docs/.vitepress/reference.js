import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Puts in what the program itself says, so that it can't be stale, for marks like `<!-- the command line -->`:
 * the commands and their options, the keys of a study file, the names of attributes.
 */
export async function writtenReference(root) {
  const { createProgram } = await import(pathToFileURL(join(root, "dist/src/cli/program.js")).href);
  const schema = JSON.parse(readFileSync(join(root, "schema/study.schema.json"), "utf8"));
  const attributes = readFileSync(join(root, "src/contracts/attributes.ts"), "utf8");
  const written = {
    "<!-- the attributes -->": () => attributesOf(attributes),
    "<!-- the command line -->": () => commandsOf(createProgram()),
    "<!-- the study file -->": () => studyFileOf(schema),
  };
  return (md) => {
    md.core.ruler.before("normalize", "written-reference", (state) => {
      for (const [mark, write] of Object.entries(written)) {
        if (state.src.includes(mark)) state.src = state.src.replace(mark, () => write());
      }
    });
  };
}

/** A section for each command, those under it following, with its arguments and options as tables. */
function commandsOf(command, words = command.name()) {
  const own = command.commands.length > 0 ? [] : [sectionOf(command, words)];
  const under = command.commands.filter(({ _hidden }) => !_hidden);
  return [...own, ...under.map((one) => commandsOf(one, `${words} ${one.name()}`))].join("\n\n");
}

function sectionOf(command, words) {
  const help = command.createHelp();
  const args = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  return [
    `## ${words}`,
    `${sentence(command.description())}`,
    `\`\`\`sh\n${words} ${command.usage()}\n\`\`\``,
    ...(args.length > 0
      ? [
          table(
            ["argument", "is"],
            args.map((one) => [code(one.name()), prose(help.argumentDescription(one))]),
          ),
        ]
      : []),
    ...(options.length > 0
      ? [
          table(
            ["option", "does"],
            options.map((one) => [code(one.flags), prose(help.optionDescription(one))]),
          ),
        ]
      : []),
  ].join("\n\n");
}

/** The keys of a study file, and for those that hold maps the keys of these. */
function studyFileOf(schema) {
  const inner = Object.entries(schema.properties).flatMap(([key, value]) => mapsOf(key, value));
  return [
    keyTable(schema),
    ...inner.map(({ path, about, map }) =>
      [`## ${path}`, ...(about ? [sentence(about)] : []), keyTable(map)].join("\n\n"),
    ),
  ].join("\n\n");
}

function mapsOf(key, schema) {
  const each = schema.properties ? [schema] : (schema.anyOf ?? []).filter((one) => one.properties);
  const named = each.map((map) => ({
    path: each.length > 1 ? `${key}, by ${map.required[0]}` : key,
    about: schema.description,
    map,
  }));
  const kinds = schema.additionalProperties?.oneOf ?? [];
  return [
    ...named,
    ...kinds.map((map) => ({
      path: `${key}, ${map.properties.type.const}`,
      about: map.properties.type.description,
      map,
    })),
  ];
}

function keyTable({ properties, required = [] }) {
  const rows = Object.entries(properties).map(([key, value]) => [
    code(key) + (required.includes(key) ? " (must be given)" : ""),
    typeOf(value),
    sentence(value.description ?? "") +
      (value.default === undefined ? "" : ` Default: ${code(JSON.stringify(value.default))}.`),
  ]);
  return table(["key", "is", "says"], rows);
}

function typeOf(schema) {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(", ");
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(", or ");
  if (Array.isArray(schema.type)) return schema.type.join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  if (schema.type === "object") return "map";
  const { minimum, exclusiveMinimum } = schema;
  const least =
    exclusiveMinimum !== undefined
      ? ` > ${exclusiveMinimum}`
      : Math.abs(minimum) < 1e9
        ? ` ≥ ${minimum}`
        : "";
  return `${schema.type === "string" ? "text" : (schema.type ?? "any value")}${least}`;
}

/** Each name with the comment that stands above it; a comment of a line alone begins a group. */
function attributesOf(source) {
  const names = source.matchAll(/(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^ {2}\w+: "([^"]+)",$/gm);
  const rows = [...names].map(([, comment = "", name]) => [
    code(name),
    comment.replace(/\s*\n\s*\*\s*/g, " ").trim(),
  ]);
  return table(["attribute", "holds"], rows);
}

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows]
    .map(
      (row) =>
        `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`,
    )
    .join("\n");

const code = (text) => `\`${text}\``;

/** As prose: what looks like a tag or a template is shown as it is. */
const sentence = (text) => prose(text).replace(/^./, (first) => first.toUpperCase());

const prose = (text) => text.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;");
