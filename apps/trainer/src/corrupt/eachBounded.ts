/** Calls `task` for every item, in order, with at most `limit` calls under way; the first error ends it. */
export async function eachBounded<TItem>(
  items: readonly TItem[],
  limit: number,
  task: (item: TItem) => Promise<void>,
): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    while (next < items.length) {
      const item = items[next++] as TItem;
      try {
        await task(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
}
