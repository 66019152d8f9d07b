import { createHash } from 'node:crypto';
import type { JudgedWord, PhiDetector } from '../../core/ports/phi-detector.js';

const WORD = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Takes for names exactly the words that it is given; records what it was asked, and fails on request. */
export class FakePhiDetector implements PhiDetector {
  readonly model = { name: 'fake', revision: `sha256:${createHash('sha256').update('fake').digest('hex')}` };
  readonly calls: string[][] = [];
  failure: Error | null = null;

  constructor(private readonly names: ReadonlySet<string> = new Set(['Rosa', 'Lopez'])) {}

  async judge(texts: readonly string[], signal?: AbortSignal): Promise<JudgedWord[][]> {
    this.calls.push([...texts]);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    if (this.failure) throw this.failure;
    return texts.map((text) =>
      [...text.matchAll(WORD)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        name: this.names.has(match[0]) ? 0.99 : 0.01,
        street: 0,
        place: 0,
      })),
    );
  }

  async close(): Promise<void> {}
}
