import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { JudgedWord } from '../../../core/ports/phi-detector.js';
import { TokenClassifier } from './phi-model.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';

/** The thread that computes. Between two windows it looks for messages, so that an aborted job ends at the next. */
interface Job {
  readonly id: number;
  readonly texts: readonly string[];
  readonly words: JudgedWord[][];
}

const port = parentPort;
if (!port) throw new Error('this module runs as a worker thread');
const send = (message: FromThread) => port.postMessage(message);

const jobs: Job[] = [];
let working = false;
let closing = false;

async function work(model: TokenClassifier): Promise<void> {
  if (working) return;
  working = true;
  for (let job = jobs[0]; job && !closing; job = jobs[0]) {
    if ((await step(model, job)) && jobs[0] === job) jobs.shift();
    await setImmediate();
  }
  working = false;
  if (closing) {
    await model.close();
    port?.close();
  }
}

/** Judges the next text of a job; true when nothing is left to do for it. */
async function step(model: TokenClassifier, job: Job): Promise<boolean> {
  const text = job.texts[job.words.length];
  if (text !== undefined) {
    try {
      job.words.push(await model.judge(text));
    } catch (error) {
      // The engine's message might quote its input.
      send({ kind: 'failed', id: job.id, reason: error instanceof Error ? error.name : 'unknown' });
      return true;
    }
  }
  if (job.words.length < job.texts.length) return false;
  send({ kind: 'judged', id: job.id, words: job.words });
  return true;
}

try {
  const model = await TokenClassifier.open((workerData as ThreadData).modelFolder);
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'judge':
        jobs.push({ id: message.id, texts: message.texts, words: [] });
        void work(model);
        return;
      case 'abort': {
        const position = jobs.findIndex((job) => job.id === message.id);
        if (position >= 0) jobs.splice(position, 1);
        return;
      }
      case 'close':
        closing = true;
        void work(model);
        return;
    }
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', reason: error instanceof Error ? error.name : 'unknown' });
}
