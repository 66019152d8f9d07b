/** `tei`: Hugging Face's Text Embeddings Inference. `cohere`: Cohere v2, and with it Jina, vLLM, LiteLLM and Infinity. */
export const RERANK_PROTOCOLS = ['tei', 'cohere'] as const;
export type RerankProtocol = (typeof RERANK_PROTOCOLS)[number];

export interface RerankRequest {
  readonly model: string;
  readonly question: string;
  readonly passages: readonly string[];
}

/** The server answered, but not what was asked for; the message is constant text with numbers. */
export class MalformedRanking extends Error {
  override readonly name = 'MalformedRanking';
}

/** The body of `POST …/rerank`. */
export function rerankBody(protocol: RerankProtocol, { model, question, passages }: RerankRequest): object {
  switch (protocol) {
    case 'tei':
      // Without truncation it refuses a passage that is too long; not raw: 0…1.
      return { query: question, texts: passages, truncate: true, raw_scores: false, return_text: false };
    case 'cohere':
      return { model, query: question, documents: passages, top_n: passages.length };
  }
}

/**
 * The scores of an answer in the order of the passages. Servers answer the best first and name each passage by its index: an
 * answer that names one twice or leaves one out is refused and not mended. Errors: `MalformedRanking`.
 */
export function readRanking(protocol: RerankProtocol, body: unknown, passages: number): number[] {
  const list = protocol === 'tei' ? body : isRecord(body) ? body['results'] : null;
  if (!Array.isArray(list)) throw new MalformedRanking('no list of results');
  if (list.length !== passages) throw new MalformedRanking(`${list.length} scores for ${passages} passages`);
  const scores = new Map<number, number>();
  for (const item of list as readonly unknown[]) {
    const index = isRecord(item) ? item['index'] : null;
    const score = isRecord(item) ? item[protocol === 'tei' ? 'score' : 'relevance_score'] : null;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= passages || scores.has(index)) {
      throw new MalformedRanking('an index that is none, or twice');
    }
    if (typeof score !== 'number' || !Number.isFinite(score)) throw new MalformedRanking('a score that is no number');
    scores.set(index, Math.min(1, Math.max(0, score)));
  }
  return Array.from({ length: passages }, (_, index) => scores.get(index) ?? 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
