import { SHADES, shadeOf } from "../theme.ts";

export interface ShadeGroup {
  /** Undefined: the mark's own colour. */
  readonly shade?: number;
  readonly indices: readonly number[];
}

/** Indices by the shade of their grades, the worst first; of marks that are not graded, all. */
export function byShade(grades: readonly number[] | undefined, count: number): ShadeGroup[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (!grades) return [{ indices: all }];
  const groups = Array.from({ length: SHADES }, (): number[] => []);
  for (const i of all) if (!Number.isNaN(grades[i])) groups[shadeOf(grades[i])].push(i);
  return groups.flatMap((indices, shade) => (indices.length > 0 ? [{ shade, indices }] : []));
}
