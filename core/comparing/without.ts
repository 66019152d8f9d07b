/** What is compared by its key. */
export interface Keyed {
  readonly key: string;
}

/** What these have and the others have not, as often as it stands there. */
export function without<Item extends Keyed>(items: readonly Item[], others: readonly Keyed[]): Item[] {
  const left = new Map<string, number>();
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1);
  return items.filter(({ key }) => {
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
}
