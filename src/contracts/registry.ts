/*
 * A registry is a module that exports factories, one line each; what studies, commands and files call
 * them follows from their names in the code: `quasiRandom` is "quasi-random".
 */

/** A name in camel case, in kebab case: `cmaEs` is `cma-es`. */
export type KebabCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? Rest extends Uncapitalize<Rest>
    ? `${Lowercase<First>}${KebabCase<Rest>}`
    : `${Lowercase<First>}-${KebabCase<Rest>}`
  : Name;

/** What a module exports, by names in kebab case. */
export type ByName<Exports> = {
  readonly [Name in keyof Exports & string as KebabCase<Name>]: Exports[Name];
};

/** `{ cmaEs, tpe }` → `{ "cma-es": cmaEs, tpe }`, in the order of the names. */
export function byName<Exports extends object>(exports: Exports): ByName<Exports> {
  const kebab = (name: string): string =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [kebab(name), value as unknown]),
  ) as ByName<Exports>;
}
