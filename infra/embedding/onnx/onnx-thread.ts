import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { SentenceModel } from './sentence-model.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';

/**
 * The thread that computes. Jobs wait here and not in the port: between two texts it looks for messages, so a query
 * waits for one text at most, and an aborted job ends at the next.
 */
interface Job {
  readonly id: number;
  readonly texts: readonly string[];
  readonly purpose: EmbeddingPurpose;
  readonly vectors: Float32Array;
  done: number;
}

const port = parentPort;
if (!port) throw new Error('this module runs as a worker thread');

const queries: Job[] = [];
const passages: Job[] = [];
let working = false;
let closing = false;

function send(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function work(model: SentenceModel): Promise<void> {
  if (working) return;
  working = true;
  for (;;) {
    const queue = queries.length > 0 ? queries : passages;
    const job = queue[0];
    if (!job || closing) break;
    const finished = await step(model, job);
    if (finished && queue[0] === job) queue.shift();
    await setImmediate();
  }
  working = false;
  if (closing) {
    await model.close();
    port?.close();
  }
}

/** Embeds the next text of a job; true when nothing is left to do for it. */
async function step(model: SentenceModel, job: Job): Promise<boolean> {
  const text = job.texts[job.done];
  if (text !== undefined) {
    try {
      job.vectors.set(await model.embed(text, job.purpose), job.done * model.dimensions);
    } catch (error) {
      send({ kind: 'failed', id: job.id, reason: error instanceof Error ? error.name : 'unknown' });
      return true;
    }
    job.done += 1;
  }
  if (job.done < job.texts.length) return false;
  send({ kind: 'embedded', id: job.id, vectors: job.vectors }, [job.vectors.buffer as ArrayBuffer]);
  return true;
}

function drop(queue: Job[], id: number): void {
  const position = queue.findIndex((job) => job.id === id);
  if (position >= 0) queue.splice(position, 1);
}

try {
  const model = await SentenceModel.open((workerData as ThreadData).modelFolder);
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'embed': {
        const { id, texts, purpose } = message;
        const vectors = new Float32Array(texts.length * model.dimensions);
        (purpose === 'query' ? queries : passages).push({ id, texts, purpose, vectors, done: 0 });
        void work(model);
        return;
      }
      case 'abort':
        drop(queries, message.id);
        drop(passages, message.id);
        return;
      case 'close':
        closing = true;
        void work(model);
        return;
    }
  });
  send({ kind: 'ready', dimensions: model.dimensions });
} catch (error) {
  send({ kind: 'unusable', reason: error instanceof Error ? error.name : 'unknown' });
}
