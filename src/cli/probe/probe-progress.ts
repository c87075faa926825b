export interface Probing {
  doing(this: void, what: string, spent: number): void;
  end(): void;
}

/** What is being measured, on stderr at a terminal; nothing elsewhere. */
export function showProbing(): Probing {
  const { stderr } = process;
  if (!stderr.isTTY) return { doing: () => undefined, end: () => undefined };
  const write = (text: string): void => void stderr.write(`\r\u001b[K${text}`);
  return {
    doing: (what, spent) => write(`${what} · ${Math.round(spent)} gradients`),
    end: () => write(""),
  };
}
