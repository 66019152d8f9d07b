/**
 * Works on all items, at most `limit` of them at a time. Answers in the order of the items. The first error ends it once
 * the items under way have ended.
 */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    for (let position = next++; position < items.length && !stopped; position = next++) {
      try {
        results[position] = await work(items[position] as Item);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, lane));
  const failed = lanes.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
