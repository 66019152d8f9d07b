const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids come from URLs too: one that is no UUID names nothing, and Postgres would refuse the statement. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}

/**
 * Text that Postgres can store: no NUL, no half of a surrogate pair. Each becomes one replacement character, so that
 * offsets in UTF-16 code units stay true.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** JSON that Postgres can store as jsonb; see {@link storableText}. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? storableText(item) : item));
}
