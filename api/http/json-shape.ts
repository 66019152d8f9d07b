/** Deeper than any shape of ours by far; a database's JSON functions recurse, so there must be a limit. */
const MAX_DEPTH = 32;

export type JsonShape = 'fine' | 'too_deep' | 'unstorable_text';

/**
 * Whether parsed JSON may go on: at most 32 levels, and no text that Postgres cannot store (NUL, lone surrogates), in
 * keys or values. Walks without recursion, so that depth cannot exhaust the stack.
 */
export function inspectJson(root: unknown): JsonShape {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && !isStorable(value)) return 'unstorable_text';
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) return 'too_deep';
    for (const [key, item] of Object.entries(value)) {
      if (!isStorable(key)) return 'unstorable_text';
      waiting.push({ value: item, depth: depth + 1 });
    }
  }
  return 'fine';
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Text as it can be kept: what Postgres cannot store becomes the replacement character. */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}
