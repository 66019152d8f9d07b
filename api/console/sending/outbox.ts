import type { AcceptedUpload } from '../../schemas/upload.js';
import type { ChosenFile } from './dropped-files.js';
import { sendFile } from './send-file.js';
import type { Sender } from './send-input.js';

export interface Outgoing {
  readonly id: number;
  readonly file: File;
  readonly name: string;
  readonly collection: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  state: 'waiting' | 'sending' | 'stopped' | 'failed';
  sentBytes: number;
  error: unknown;
}

/** A browser opens six lines to a server; the others are for progress and for everything else. */
const SENT_AT_ONCE = 2;

/** Files on their way. It outlives the view, so that a look into the library stops nothing. */
export class Outbox {
  #files: Outgoing[] = [];
  #counter = 0;
  readonly #stops = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  readonly #accepted = new Set<(collection: string, accepted: AcceptedUpload) => void>();

  constructor(private readonly sender: Sender) {}

  files(collection: string): readonly Outgoing[] {
    return this.#files.filter((one) => one.collection === collection);
  }

  get busy(): boolean {
    return this.#files.some(({ state }) => state === 'waiting' || state === 'sending');
  }

  add(collection: string, chosen: readonly ChosenFile[], metadata: Readonly<Record<string, unknown>>): void {
    for (const { file, name } of chosen) {
      const id = ++this.#counter;
      this.#files.push({ id, file, name, collection, metadata, state: 'waiting', sentBytes: 0, error: null });
    }
    this.#next();
  }

  stop(id: number): void {
    const stop = this.#stops.get(id);
    if (stop) stop.abort(new DOMException('stopped by the user', 'AbortError'));
    else this.#change(id, { state: 'stopped' });
  }

  sendAgain(id: number): void {
    this.#change(id, { state: 'waiting', sentBytes: 0, error: null });
    this.#next();
  }

  remove(id: number): void {
    this.#files = this.#files.filter((one) => one.id !== id);
    this.#tell();
  }

  stopAll(): void {
    this.#files = this.#files.filter(({ state }) => state === 'sending');
    for (const stop of this.#stops.values()) stop.abort(new DOMException('signed out', 'AbortError'));
  }

  /** Calls back at every change; gives what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onAccepted(listener: (collection: string, accepted: AcceptedUpload) => void): () => void {
    this.#accepted.add(listener);
    return () => this.#accepted.delete(listener);
  }

  #next(): void {
    while (this.#stops.size < SENT_AT_ONCE) {
      const waiting = this.#files.find(({ state }) => state === 'waiting');
      if (!waiting) break;
      void this.#send(waiting);
    }
    this.#tell();
  }

  async #send(outgoing: Outgoing): Promise<void> {
    const { id, file, name, collection, metadata } = outgoing;
    const stop = new AbortController();
    this.#stops.set(id, stop);
    this.#change(id, { state: 'sending' });
    try {
      const accepted = await sendFile({
        sender: this.sender,
        file,
        fileName: name,
        collection,
        metadata,
        onProgress: (sentBytes) => this.#change(id, { sentBytes }),
        signal: stop.signal,
      });
      this.remove(id);
      for (const listener of this.#accepted) listener(collection, accepted);
    } catch (error) {
      this.#change(id, stop.signal.aborted ? { state: 'stopped' } : { state: 'failed', error });
    } finally {
      this.#stops.delete(id);
      this.#next();
    }
  }

  #change(id: number, changes: Partial<Outgoing>): void {
    this.#files = this.#files.map((one) => (one.id === id ? { ...one, ...changes } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
