/** A file name made of a study's name, without the characters that file names should not have. */
export const fileNameOf = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 80) || "study";
