import { deflateSync } from "node:zlib";
import { PNG } from "pngjs";

/** Colours of the palette, of 256 that it may have: fewer make smaller files. */
const COLOURS = 128;
/** So many are the commonest; the others those that are missed most. */
const COMMONEST = 48;

/** A PNG with a palette, a third of the size: colours beyond the palette's become the nearest of them. */
export function indexedPng(png: Uint8Array): Buffer {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  const colours = new Uint32Array(width * height);
  const counts = new Map<number, number>();
  for (let i = 0; i < colours.length; i++) {
    const colour = (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2];
    colours[i] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const index = new Map(palette.map((colour, i) => [colour, i]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let i = 0; i < colours.length; i++) {
    const colour = colours[i];
    let at = index.get(colour);
    if (at === undefined) index.set(colour, (at = nearest(palette, colour)));
    rows[i + Math.floor(i / width) + 1] = at;
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", size),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A colour that few pixels have must not become another: each next one is the worst represented. */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  const palette: number[] = [];
  const missed = sorted.map(() => Infinity);
  const add = (colour: number): void => {
    palette.push(colour);
    sorted.forEach(([other], i) => {
      missed[i] = Math.min(missed[i], distance(channels(colour), channels(other)));
    });
  };
  for (const [colour] of sorted.slice(0, COMMONEST)) add(colour);
  while (palette.length < Math.min(COLOURS, sorted.length)) {
    let worst = 0;
    let most = -1;
    sorted.forEach(([, count], i) => {
      const weight = missed[i] * Math.sqrt(count);
      if (weight > most) [worst, most] = [i, weight];
    });
    add(sorted[worst][0]);
  }
  return palette;
}

type Channels = readonly [number, number, number];

const distance = ([r, g, b]: Channels, [x, y, z]: Channels): number =>
  (x - r) * (x - r) + (y - g) * (y - g) + (z - b) * (z - b);

const channels = (colour: number): [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 255,
  colour & 255,
];

function nearest(palette: readonly number[], colour: number): number {
  const wanted = channels(colour);
  let best = 0;
  let least = Infinity;
  palette.forEach((other, i) => {
    const apart = distance(wanted, channels(other));
    if (apart < least) {
      least = apart;
      best = i;
    }
  });
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** zlib's own came with Node 22.2. */
function crc32(data: Buffer): number {
  let value = 0xffffffff;
  for (const byte of data) value = CRC_TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
