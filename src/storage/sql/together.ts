/**
 * Waits for statements of one transaction that were sent one right after the other: a server
 * answers them in one round trip. All are awaited even if one fails, so that none is left running.
 */
export async function together<Results extends readonly unknown[]>(
  sent: readonly [...{ [Index in keyof Results]: Promise<Results[Index]> | Results[Index] }],
): Promise<Results> {
  const all: readonly unknown[] = sent;
  await Promise.allSettled(all);
  return (await Promise.all(all)) as unknown as Results;
}
