/** Signs of Markdown and how much each says; a text needs a sum of 2. A heading by itself or two list items do. */
const SIGNS: readonly { readonly pattern: RegExp; readonly weight: number; readonly most: number }[] = [
  { pattern: /^#{1,6} +\S/gm, weight: 2, most: 4 },
  { pattern: /^\S.*\n(?:={3,}|-{3,}) *$/gm, weight: 1, most: 2 },
  { pattern: /^(?:```|~~~)/gm, weight: 1, most: 2 },
  { pattern: /^ {0,3}[-*+] +\S/gm, weight: 0.5, most: 1.5 },
  { pattern: /\[[^\]\n]+\]\([^)\s]+\)/g, weight: 1.5, most: 3 },
  { pattern: /(?:\*\*|__)\S[^*_\n]*\S(?:\*\*|__)/g, weight: 1, most: 2 },
  { pattern: /^\|? *:?-{3,}:? *\|[ :|-]*$/gm, weight: 2, most: 2 },
  { pattern: /^---\n(?:[\w-]+:.*\n)+---\n/g, weight: 2, most: 2 },
];
const ENOUGH = 2;

/** Whether a text is written as Markdown, from its content. Plain text with a few dashes is not. */
export function looksLikeMarkdown(text: string): boolean {
  const unix = text.replace(/\r\n?/g, '\n');
  const sum = SIGNS.reduce((total, { pattern, weight, most }) => {
    const hits = unix.match(pattern)?.length ?? 0;
    return total + Math.min(hits * weight, most);
  }, 0);
  return sum >= ENOUGH;
}
