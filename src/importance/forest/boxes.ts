/**
 * Boxes in the unit cube, each with a value: a function that is, at each point, the sum of the values
 * of the boxes around it. The leaves of a tree are such boxes, and those of a forest as well. An edge
 * is an interval of a number's coordinate, or a set of a choice's categories.
 *
 *   d  parameters     words  32-bit words that hold the sets of all choices
 */
export interface BoxSum {
  readonly shape: BoxShape;
  readonly count: number;
  /** count × d. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** count × words; bit c of a parameter's words says whether category c is inside. */
  readonly sets: Int32Array;
  readonly value: Float64Array;
}

export interface BoxShape {
  readonly d: number;
  /** How many categories parameter i has; 0 for a number. */
  readonly categories: readonly number[];
  /** Where the words of parameter i begin. */
  readonly wordsFrom: readonly number[];
  readonly words: number;
}

export function boxShape(categories: readonly number[]): BoxShape {
  const wordsFrom: number[] = [];
  let words = 0;
  for (const count of categories) {
    wordsFrom.push(words);
    words += wordCount(count);
  }
  return { d: categories.length, categories, wordsFrom, words };
}

export const wordCount = (categories: number): number => (categories + 31) >> 5;

/** Room for boxes, of which the first is the whole cube. */
export function cubeAsBox(shape: BoxShape, room: number): BoxSum {
  const boxes = {
    shape,
    count: 1,
    low: new Float64Array(room * shape.d),
    high: new Float64Array(room * shape.d).fill(1, 0, shape.d),
    sets: new Int32Array(room * shape.words),
    value: new Float64Array(room),
  };
  shape.categories.forEach((count, i) => {
    for (let c = 0; c < count; c++) boxes.sets[shape.wordsFrom[i] + (c >> 5)] |= 1 << (c & 31);
  });
  return boxes;
}

/** The sum of functions; 0 for none. */
export function boxSumOf(shape: BoxShape, list: readonly BoxSum[]): BoxSum {
  const count = list.reduce((sum, boxes) => sum + boxes.count, 0);
  const all = cubeAsBox(shape, count);
  let at = 0;
  for (const boxes of list) {
    all.low.set(boxes.low.subarray(0, boxes.count * shape.d), at * shape.d);
    all.high.set(boxes.high.subarray(0, boxes.count * shape.d), at * shape.d);
    all.sets.set(boxes.sets.subarray(0, boxes.count * shape.words), at * shape.words);
    all.value.set(boxes.value.subarray(0, boxes.count), at);
    at += boxes.count;
  }
  return { ...all, count };
}

/** The share of parameter i's values that lies both in box `a` of f and in box `b` of g. */
export function sharedEdge(f: BoxSum, a: number, g: BoxSum, b: number, i: number): number {
  const { d, categories, words, wordsFrom } = f.shape;
  if (categories[i] === 0) {
    const low = Math.max(f.low[a * d + i], g.low[b * d + i]);
    const high = Math.min(f.high[a * d + i], g.high[b * d + i]);
    return high > low ? high - low : 0;
  }
  let inside = 0;
  for (let w = wordsFrom[i]; w < wordsFrom[i] + wordCount(categories[i]); w++) {
    inside += bitCount(f.sets[a * words + w] & g.sets[b * words + w]);
  }
  return inside / categories[i];
}

/** The share of parameter i's values that lies in box a. */
export const edge = (f: BoxSum, a: number, i: number): number => sharedEdge(f, a, f, a, i);

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
