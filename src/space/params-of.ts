import type { Declaration, WhenValue } from "./parameter.ts";
import type { SearchSpace } from "./search-space.ts";

/**
 * The parameters that a search space gives, as a type: names, kinds, and a union that narrows by
 * the choices that other parameters depend on.
 *
 * @example
 * ```ts
 * import { float, oneOf, searchSpace, type ParamsOf } from "hpo";
 *
 * const space = searchSpace({ ...oneOf("optimizer", { sgd: {}, adamw: { beta: float(0, 1) } }) });
 * type P = ParamsOf<typeof space>;
 * // { optimizer: "sgd" } | { optimizer: "adamw"; beta: number }
 * ```
 */
export type ParamsOf<Space> =
  Space extends SearchSpace<infer Spec> ? Flatten<All<Spec, RootKeys<Spec>>> : never;

type ValueOf<D> = D extends Declaration<infer Value, infer _When> ? Value : never;
type WhenOf<D> = D extends Declaration<infer _Value, infer When> ? When : never;

/** The parameters that depend on no choice of another one of this space. */
type RootKeys<Spec> = {
  [Key in keyof Spec]: WhenOf<Spec[Key]> extends WhenValue<infer Parent, unknown>
    ? Parent extends keyof Spec
      ? never
      : Key
    : Key;
}[keyof Spec];

/** The parameters that exist where `Parent` is `Choice`. */
type ChildKeys<Spec, Parent, Choice> = {
  [Key in keyof Spec]: WhenOf<Spec[Key]> extends WhenValue<infer P, infer Values>
    ? P extends Parent
      ? Choice extends Values
        ? Key
        : never
      : never
    : never;
}[keyof Spec];

/** The intersection over `Keys` of what each one gives, boxed so that unions stay whole. */
type All<Spec, Keys> = [Keys] extends [never]
  ? unknown
  : (Keys extends keyof Spec ? (box: { in: One<Spec, Keys> }) => void : never) extends (
        box: infer Boxes,
      ) => void
    ? Boxes extends { in: infer Params }
      ? Params
      : never
    : never;

/** One parameter, with those that depend on it. */
type One<Spec, Key extends keyof Spec> =
  WhenOf<Spec[Key]> extends { kind: "sometimes" }
    ? { [K in Key]?: ValueOf<Spec[Key]> }
    : HasChildren<Spec, Key> extends true
      ? Branch<Spec, Key, ValueOf<Spec[Key]>>
      : { [K in Key]: ValueOf<Spec[Key]> };

type Branch<Spec, Key extends keyof Spec, Choice> = Choice extends unknown
  ? { [K in Key]: Choice } & All<Spec, ChildKeys<Spec, Key, Choice>>
  : never;

type HasChildren<Spec, Parent> = true extends {
  [Key in keyof Spec]: WhenOf<Spec[Key]> extends WhenValue<infer P, unknown>
    ? P extends Parent
      ? true
      : never
    : never;
}[keyof Spec]
  ? true
  : false;

type Flatten<T> = T extends unknown ? { readonly [Key in keyof T]: T[Key] } : never;
