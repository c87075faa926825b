import { code, list, sentence } from "./markdown.js";

/** The keys of a study file, and for those that hold maps the keys of these. */
export function studyFileOf(schema) {
  const inner = Object.entries(schema.properties).flatMap(([key, value]) => mapsOf(key, value));
  return [
    keysOf(schema),
    ...inner.map(({ path, about, map }) =>
      [`## ${path}`, ...(about ? [sentence(about)] : []), keysOf(map)].join("\n\n"),
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

function keysOf({ properties, required = [] }) {
  const entries = Object.entries(properties).map(([key, value]) => ({
    name: key,
    is: typeOf(value) + (required.includes(key) ? ", must be given" : ""),
    says:
      sentence(value.description ?? "") +
      (value.default === undefined ? "" : ` Default: ${code(JSON.stringify(value.default))}.`),
  }));
  return list(entries);
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
