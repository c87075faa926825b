// TensorBoard's event files, without a library: TFRecord frames with CRC-32C, and the few fields of
// tensorflow/core/util/event.proto, summary.proto and tensorboard's hparams plugin_data.proto that it reads.

/** A field of a protobuf message, by its wire type: 0 varint, 1 double, 2 bytes, 5 float. */
const tag = (field: number, wireType: number): Buffer => varint(BigInt((field << 3) | wireType));

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

export const integerField = (field: number, value: number): Buffer =>
  Buffer.concat([tag(field, 0), varint(BigInt(value))]);

export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), bytes]);
}

function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}

export const bytesField = (field: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as Buffer);
  return Buffer.concat([tag(field, 2), varint(BigInt(bytes.length)), bytes]);
};

export const messageField = (field: number, ...parts: readonly Buffer[]): Buffer =>
  bytesField(field, Buffer.concat(parts));

/** Castagnoli's polynomial, reflected. */
const CASTAGNOLI = 0x82f63b78;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32C (RFC 3720, B.4). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** As TFRecord masks it, so that a record may hold records. */
function maskedCrc(bytes: Uint8Array): Buffer {
  const crc = crc32c(bytes);
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}

/** Length, its checksum, data, its checksum. */
function framed(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedCrc(length), data, maskedCrc(data)]);
}

// Event: 1 wall_time, 2 step, 3 file_version, 5 summary. Summary.Value: 1 tag, 2 simple_value, 8 tensor,
// 9 metadata; its plugin_data: 1 plugin_name, 2 content.

/** The first record of a file. @param time in seconds since 1970, as in all that follow */
export const versionRecord = (time: number): Buffer =>
  framed(Buffer.concat([doubleField(1, time), bytesField(3, "brain.Event:2")]));

export const scalarRecord = (name: string, value: number, step: number, time: number): Buffer =>
  framed(
    Buffer.concat([
      doubleField(1, time),
      integerField(2, step),
      messageField(5, messageField(1, bytesField(1, name), floatField(2, value))),
    ]),
  );

const DT_FLOAT = integerField(1, 1);

/** A summary whose plugin data is HParamsPluginData: 1 version, then `content`. */
export const hparamsRecord = (name: string, time: number, content: Buffer): Buffer => {
  const plugin = Buffer.concat([integerField(1, 0), content]);
  const metadata = messageField(
    9,
    messageField(1, bytesField(1, "hparams"), bytesField(2, plugin)),
  );
  const tensor = messageField(8, DT_FLOAT, messageField(2));
  const value = messageField(1, bytesField(1, name), metadata, tensor);
  return framed(Buffer.concat([doubleField(1, time), messageField(5, value)]));
};
