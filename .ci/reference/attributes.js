import { list } from "./markdown.js";

/** Each name with the comment that stands above it; a comment of a line alone begins a group. */
export function attributesOf(source) {
  const names = source.matchAll(/(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^ {2}\w+: "([^"]+)",$/gm);
  const entries = [...names].map(([, comment = "", name]) => ({
    name,
    says: comment.replace(/\s*\n\s*\*\s*/g, " ").trim(),
  }));
  return list(entries);
}
