/** Text Embeddings Inference refuses more by default; OpenAI takes 2,048, but gains little past a few dozen. */
const MAX_TEXTS = 32;

/** About 16,000 tokens: keeps a request under a second or two on a GPU, and well below OpenAI's 300,000 tokens. */
const MAX_CHARACTERS = 64_000;

/** Cuts a list into requests, order kept. A text that is longer than a whole request goes alone. */
export function textBatches(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === MAX_TEXTS || characters + text.length > MAX_CHARACTERS)) {
      batches.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
