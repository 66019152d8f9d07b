import { Failure } from '../../../core/contract/failures.js';

/** The answer of an embeddings endpoint, checked: one unit vector a text, in the order of the texts. */
export interface EmbeddingsAnswer {
  /** The model as the server names it; `null` where it names none. */
  readonly servedModel: string | null;
  readonly vectors: readonly Float32Array[];
}

/** The server answered, but not what was asked for; `what` is constant text with numbers. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';

  constructor(readonly what: string) {
    super(what);
  }
}

/** The model made nothing usable of one of these texts: no numbers, or a vector without a direction. */
export class UnusableVector extends Error {
  override readonly name = 'UnusableVector';
}

/**
 * Reads the body of `POST /embeddings`. An order that differs from the request's is refused and not mended: whether the
 * position or the `index` of such a server is right cannot be told, and a vector at the wrong chunk is never noticed.
 * Errors: `MalformedAnswer`, `UnusableVector`; `Failure MODEL_MISMATCH` for vectors of other `dimensions` (`null`: of any, all alike).
 */
export function readEmbeddingsAnswer(
  body: unknown,
  expected: { readonly texts: number; readonly dimensions: number | null },
): EmbeddingsAnswer {
  if (!isRecord(body) || !Array.isArray(body['data'])) throw new MalformedAnswer('no list of data');
  const items: readonly unknown[] = body['data'];
  if (items.length !== expected.texts) {
    throw new MalformedAnswer(`${items.length} vectors for ${expected.texts} texts`);
  }
  let dimensions = expected.dimensions;
  const vectors = items.map((item, position) => {
    if (!isRecord(item)) throw new MalformedAnswer('an item that is no object');
    const { index, embedding } = item;
    if (index !== undefined && index !== position) throw new MalformedAnswer('items in another order than the texts');
    if (!Array.isArray(embedding) || embedding.length === 0) throw new MalformedAnswer('an item without numbers');
    dimensions ??= embedding.length;
    if (embedding.length !== dimensions) {
      throw new Failure('MODEL_MISMATCH', { detail: `expected=${dimensions}, answered=${embedding.length}` });
    }
    return unitVector(embedding);
  });
  return { servedModel: typeof body['model'] === 'string' ? body['model'] : null, vectors };
}

/** Servers differ in whether they normalise; cosine by dot product needs it. */
function unitVector(numbers: readonly unknown[]): Float32Array {
  let squares = 0;
  for (const value of numbers) {
    // JSON has no NaN: servers that compute one write null or a string.
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new UnusableVector();
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new UnusableVector();
  return Float32Array.from(numbers, (value) => (value as number) / norm);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
