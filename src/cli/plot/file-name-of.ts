/** A study's name as a file's; signs that no file name should hold are left out. */
export const fileNameOf = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 80) || "study";
