/** "1 trial", "2 trials". @param many of what isn't made by an s: `entries` */
export const counted = (count: number, what: string, many = `${what}s`): string =>
  `${count} ${count === 1 ? what : many}`;
