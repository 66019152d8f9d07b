import { createHash, type Hash } from 'node:crypto';
import { PassThrough, pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import { describeKey } from './object-key.js';

/** Lets bytes through while it hashes and counts them. Errors: `Failure FILE_TOO_LARGE` past `maxBytes`. */
export class ContentMeter extends Transform {
  readonly #hash: Hash = createHash('sha256');
  readonly #maxBytes: number;
  #sizeBytes = 0;

  constructor(maxBytes: number | undefined) {
    super();
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#maxBytes) {
      done(new Failure('FILE_TOO_LARGE', { detail: `more than ${this.#maxBytes} bytes` }));
      return;
    }
    this.#hash.update(chunk);
    done(null, chunk);
  }

  /** Once, after the end of the content. */
  toRef(key: string): ObjectRef {
    return { key, sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }
}

/** The reference to bytes in memory. Errors: `Failure FILE_TOO_LARGE`. */
export function refOfBytes(key: string, bytes: Uint8Array, maxBytes?: number): ObjectRef {
  if (bytes.length > (maxBytes ?? Number.POSITIVE_INFINITY)) {
    throw new Failure('FILE_TOO_LARGE', { detail: `more than ${maxBytes ?? 0} bytes` });
  }
  return { key, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}

/** The end of a chain of streams; an error anywhere errors it unchanged, and destroying it destroys all of them. */
export function chain(source: Readable, ...transforms: readonly [Transform, ...Transform[]]): Readable {
  const last = transforms[transforms.length - 1] ?? transforms[0];
  pipeline([source, ...transforms], () => undefined);
  return errorsWaitForReader(last);
}

/** The same bytes with every error, a premature end included, turned into what `toFailure` says. */
export function mapStreamErrors(source: Readable, toFailure: (cause: unknown) => Error): Readable {
  const out = new PassThrough();
  source.once('error', (error) => out.destroy(toFailure(error)));
  source.once('close', () => {
    if (!source.readableEnded && !out.destroyed) out.destroy(toFailure(new Error('ended too early')));
  });
  out.once('close', () => source.destroy());
  source.pipe(out);
  return errorsWaitForReader(out);
}

/** An error before anybody reads is no uncaught exception: whoever reads later gets it. */
function errorsWaitForReader<T extends Readable>(stream: T): T {
  return stream.on('error', () => undefined);
}

/**
 * Reads a stream to its end and checks it against the reference; stops as soon as more comes than the reference says.
 * Errors: `Failure OBJECT_CORRUPT`, and those of the stream.
 */
export async function readVerified(stream: Readable, ref: ObjectRef): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > ref.sizeBytes) throw contentDiffers(ref);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks, sizeBytes);
  if (sizeBytes !== ref.sizeBytes || createHash('sha256').update(bytes).digest('hex') !== ref.sha256) {
    throw contentDiffers(ref);
  }
  return bytes;
}

export function contentDiffers(ref: ObjectRef): Failure {
  return new Failure('OBJECT_CORRUPT', { detail: `differs from its reference, key=${describeKey(ref.key)}` });
}
