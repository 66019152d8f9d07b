import { availableParallelism } from 'node:os';
import { Failure } from '../../core/contract/failures.js';
import type { Question } from './messages.js';
import { ModelThread, type StartModelThreadInput } from './model-thread.js';

export interface ModelThreadsInput<About> extends StartModelThreadInput {
  /** Each with a model of its own. Default: as many as cores, at most 4. */
  readonly threads?: number | undefined;
  /** Looks at what a thread says of its model, of those that start later too. Throws where it is not the model that was opened. */
  readonly accept?: (about: About) => void;
}

const MAX_THREADS = 4;

/** Texts that a thread is handed at a time: 0.1–0.2 s of it, so that no thread waits long for another at the end. */
const PORTION = 4;
/** Portions under way a thread: the next one lies there already when the main thread is busy with something else. */
const PORTIONS_A_THREAD = 2;

/**
 * Threads with the same model. The first runs from the start; the others start when there is work for them, so that a process
 * which only asks short questions never needs them. One that died is replaced at the next call.
 */
export class ModelThreads<About, Answer> {
  readonly #threads: (ModelThread<About, Answer> | null)[];
  #closed = false;

  constructor(private readonly input: ModelThreadsInput<About>) {
    const count = input.threads ?? Math.min(availableParallelism(), MAX_THREADS);
    this.#threads = [new ModelThread(input), ...Array<null>(Math.max(0, count - 1)).fill(null)];
  }

  /** What the first thread says of its model. Errors: `Failure` of the code given. */
  get ready(): Promise<About> {
    return this.#threadAt(0).ready;
  }

  /**
   * One answer a text, in their order; many texts are spread over the threads. The first portion that fails ends the others.
   * Errors: `Failure` of the code given, what `accept` throws, the signal's reason.
   */
  async ask(question: Question, signal?: AbortSignal): Promise<Answer[]> {
    signal?.throwIfAborted();
    if (this.#closed) throw this.#isClosed();
    const { texts } = question;
    if (texts.length === 0) return [];
    if (texts.length <= PORTION) return this.#askOne(this.#leastBusy(), question, signal);

    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const answers: Answer[] = [];
    let next = 0;
    const lane = async (place: number) => {
      while (next < texts.length && !call.signal.aborted) {
        const from = next;
        next += PORTION;
        const portion = { ...question, texts: texts.slice(from, from + PORTION) };
        const made = await this.#askOne(place, portion, call.signal);
        made.forEach((answer, index) => (answers[from + index] = answer));
      }
    };
    try {
      const lanes = this.#threads.flatMap((_, place) => Array<number>(PORTIONS_A_THREAD).fill(place));
      await Promise.all(lanes.map(lane));
      call.signal.throwIfAborted();
      return answers;
    } catch (error) {
      if (!call.signal.aborted) call.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(async (thread) => thread?.close()));
  }

  /** Ends at once. */
  async terminate(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(async (thread) => thread?.terminate()));
  }

  async #askOne(place: number, question: Question, signal: AbortSignal | undefined): Promise<Answer[]> {
    const thread = this.#threadAt(place);
    this.input.accept?.(await thread.ready);
    signal?.throwIfAborted();
    return thread.ask(question, signal);
  }

  /** The place of the running thread that owes the fewest texts; of the first one when none runs. */
  #leastBusy(): number {
    let least = 0;
    let load = Number.POSITIVE_INFINITY;
    this.#threads.forEach((thread, place) => {
      if (!thread || thread.hasEnded || thread.load >= load) return;
      least = place;
      load = thread.load;
    });
    return least;
  }

  #threadAt(place: number): ModelThread<About, Answer> {
    const running = this.#threads[place];
    if (running && !running.hasEnded) return running;
    if (this.#closed) throw this.#isClosed();
    return (this.#threads[place] = new ModelThread(this.input));
  }

  #isClosed(): Failure {
    return new Failure(this.input.failure, { detail: 'the model is closed' });
  }
}
