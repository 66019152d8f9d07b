/** Words that say nothing of what a question is about. */
const MIN_WORD_LENGTH = 4;

/**
 * The part of a passage that a reader of this question looks for: the stretch of whole sentences, at most `maxChars`
 * long, that holds the most different words of the question. `…` stands where the passage goes on.
 */
export function excerpt(passage: string, question: string, maxChars: number): string {
  const sentences = passage.trim().split(/(?<=[.!?:])\s+(?=\S)|\n+/);
  const wanted = new Set(wordsOf(question));
  let best = { score: -1, from: 0, to: 0 };
  for (let from = 0; from < sentences.length; from++) {
    const found = new Set<string>();
    let length = 0;
    for (let to = from; to < sentences.length; to++) {
      const sentence = sentences[to] ?? '';
      length += sentence.length + 1;
      if (length > maxChars && to > from) break;
      for (const word of wordsOf(sentence)) if (wanted.has(word)) found.add(word);
      if (found.size > best.score) best = { score: found.size, from, to };
    }
  }
  // What answers a question often stands right behind the words that it shares with it.
  let chars = sentences.slice(best.from, best.to + 1).join(' ').length;
  for (let next = best.to + 1; next < sentences.length; next++) {
    chars += 1 + (sentences[next] ?? '').length;
    if (chars > maxChars) break;
    best.to = next;
  }
  const text = sentences
    .slice(best.from, best.to + 1)
    .join(' ')
    .replace(/\s+/g, ' ');
  const cut = text.length > maxChars;
  const shown = cut ? text.slice(0, text.lastIndexOf(' ', maxChars)) : text;
  return `${best.from > 0 ? '… ' : ''}${shown}${cut || best.to < sentences.length - 1 ? ' …' : ''}`;
}

/** Crude stems, so that "tablets" finds "tablet". */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length >= MIN_WORD_LENGTH || /\d/.test(word))
    .map((word) => word.replace(/(?<=\p{L}{3})(?:es|s|ed|ing)$/u, ''));
}
