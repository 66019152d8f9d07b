import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, Question, ThreadData, ToThread } from './messages.js';

export interface ThreadModel<About, Answer> {
  /** What the owner of the thread is told of the model. */
  readonly about: About;
  /** The answer is copied to the owner: it must not be a view of something larger. */
  answer(text: string, question: Question): Promise<Answer>;
  close(): Promise<void>;
}

interface Job<Answer> {
  readonly id: number;
  readonly question: Question;
  readonly answers: Answer[];
}

/**
 * The side of the thread that computes; the other one is `ModelThread`. Questions wait here and not in the port: between two
 * texts it looks for messages, so an urgent question waits for one text at most, and an aborted one ends at the next.
 */
export async function answerInThread<About, Answer>(
  open: (modelFolder: string) => Promise<ThreadModel<About, Answer>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('this module runs as a worker thread');
  const send = (message: FromThread<About, Answer>): void => port.postMessage(message);
  const urgent: Job<Answer>[] = [];
  const others: Job<Answer>[] = [];
  let working = false;
  let closing = false;

  async function work(model: ThreadModel<About, Answer>): Promise<void> {
    if (working) return;
    working = true;
    for (;;) {
      const queue = urgent.length > 0 ? urgent : others;
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

  /** Answers for the next text of a job; true when nothing is left to do for it. */
  async function step(model: ThreadModel<About, Answer>, { id, question, answers }: Job<Answer>): Promise<boolean> {
    const text = question.texts[answers.length];
    if (text !== undefined) {
      try {
        answers.push(await model.answer(text, question));
      } catch (error) {
        // The engine's message might quote its input.
        send({ kind: 'failed', id, reason: nameOf(error) });
        return true;
      }
    }
    if (answers.length < question.texts.length) return false;
    send({ kind: 'answered', id, answers });
    return true;
  }

  try {
    const model = await open((workerData as ThreadData).modelFolder);
    port.on('message', (message: ToThread) => {
      switch (message.kind) {
        case 'ask': {
          const { id, question } = message;
          (question.isUrgent ? urgent : others).push({ id, question, answers: [] });
          void work(model);
          return;
        }
        case 'abort':
          drop(urgent, message.id);
          drop(others, message.id);
          return;
        case 'close':
          closing = true;
          void work(model);
          return;
      }
    });
    send({ kind: 'ready', about: model.about });
  } catch (error) {
    send({ kind: 'unusable', reason: nameOf(error) });
  }
}

function drop(queue: { readonly id: number }[], id: number): void {
  const position = queue.findIndex((job) => job.id === id);
  if (position >= 0) queue.splice(position, 1);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
