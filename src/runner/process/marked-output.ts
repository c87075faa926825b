import { StringDecoder } from "node:string_decoder";

/**
 * Takes what a process prints, in which it sets a mark after each trial: in the pipes, a trial's
 * last words may come after the message of its end.
 * @param mark ASCII; its first character stands nowhere else in it
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

/** Where the bytes end in the beginning of a mark; their length if they don't. */
function startOfTornMark(bytes: Buffer, mark: string): number {
  const at = bytes.lastIndexOf(mark[0]);
  if (at < 0 || bytes.length - at >= mark.length) return bytes.length;
  return mark.startsWith(bytes.toString("latin1", at)) ? at : bytes.length;
}
