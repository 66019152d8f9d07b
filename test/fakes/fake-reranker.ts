import type { Reranker } from '../../core/ports/reranker.js';

const WORD = /[\p{L}\p{N}]+/gu;

/** Scores by the share of the question's words that a passage holds; records what it was asked, and fails or hangs on request. */
export class FakeReranker implements Reranker {
  readonly model = { name: 'fake-reranker', revision: 'fake' };
  readonly calls: { readonly question: string; readonly passages: readonly string[] }[] = [];
  failure: Error | null = null;
  /** Answers nothing until it is told to stop. */
  hangs = false;
  /** Given instead of its own scores. */
  answers: readonly number[] | null = null;

  async rerank(question: string, passages: readonly string[], signal: AbortSignal): Promise<number[]> {
    this.calls.push({ question, passages });
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (this.failure) throw this.failure;
    if (this.hangs) {
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    return this.answers ? [...this.answers] : passages.map((passage) => wordShare(question, passage));
  }

  async close(): Promise<void> {}
}

/** The share of the words of one text that another holds. */
export function wordShare(question: string, passage: string): number {
  const held = new Set(wordsOf(passage));
  const asked = wordsOf(question);
  return asked.length === 0 ? 0 : asked.filter((word) => held.has(word)).length / asked.length;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
