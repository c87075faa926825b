import { StringDecoder } from "node:string_decoder";

/**
 * Splits a process's output at the mark that it prints after each trial: in the pipes, the trial's
 * last output may arrive after the message of its end.
 * @param mark ASCII; its first character occurs only once in it
 * @returns a function that takes the next chunk
 */
export function markedOutput(
  mark: string,
  { print, onMark }: { print: (text: string) => void; onMark: () => void },
): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let held: Buffer = Buffer.alloc(0);
  const pass = (bytes: Buffer): void => {
    const text = decoder.write(bytes);
    if (text) print(text);
  };
  return (chunk) => {
    let bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark)) {
      pass(bytes.subarray(0, at));
      onMark();
      bytes = bytes.subarray(at + mark.length);
    }
    const end = startOfTornMark(bytes, mark);
    pass(bytes.subarray(0, end));
    held = bytes.subarray(end);
  };
}

/** The start of an incomplete mark at the end of the bytes; their length if there is none. */
function startOfTornMark(bytes: Buffer, mark: string): number {
  const at = bytes.lastIndexOf(mark[0]);
  if (at < 0 || bytes.length - at >= mark.length) return bytes.length;
  return mark.startsWith(bytes.toString("latin1", at)) ? at : bytes.length;
}
