import { ApiRefusal, ApiUnreachable } from '../../client/answers.js';
import type { AcceptedUpload } from '../../schemas/upload.js';
import type { ChosenFile } from './chosen-file.js';
import type { Sender, SendInput } from './send-input.js';
import type { UnsentFiles } from './unsent-files.js';

export interface Outgoing {
  readonly id: number;
  readonly file: File;
  readonly name: string;
  readonly collection: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly urgent: boolean;
  state: 'waiting' | 'sending' | 'stopped' | 'failed';
  sentBytes: number;
  /** How often it was sent in vain while the system answered others. */
  tries: number;
  error: unknown;
}

/** A browser opens six lines to a server; the others are for progress and for everything else. */
const SENT_AT_ONCE = 2;
/** A file that breaks the line by itself, as one that some proxy finds too large, is not sent for ever. */
const TRIES_PER_FILE = 3;
/** A restart takes ten seconds; the pauses double from the first to the last. */
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 30_000;

/** The system answers, and still this file does not reach it: it was moved since, or something between is in its way. */
export class FileStuck extends Error {
  override readonly name = 'FileStuck';
}

interface OutboxInput {
  readonly sender: Sender;
  readonly send: (input: SendInput) => Promise<AcceptedUpload>;
  readonly unsent: UnsentFiles;
  readonly firstPauseMs?: number;
}

/**
 * Files on their way. It outlives the view, so that a look into the library stops nothing. While the system does not answer,
 * or takes no more for now, files wait and go on by themselves.
 */
export class Outbox {
  #files: Outgoing[] = [];
  #counter = 0;
  /** Of each collection, since nothing was on its way: for how far all of them are. */
  readonly #sent = new Map<string, number>();
  readonly #stops = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  readonly #accepted = new Set<(accepted: AcceptedUpload, name: string) => void>();
  readonly #sender: Sender;
  readonly #send: (input: SendInput) => Promise<AcceptedUpload>;
  readonly #firstPauseMs: number;
  #hindrance: unknown = null;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly unsent: UnsentFiles;

  constructor({ sender, send, unsent, firstPauseMs = FIRST_PAUSE_MS }: OutboxInput) {
    this.#sender = sender;
    this.#send = send;
    this.unsent = unsent;
    this.#firstPauseMs = firstPauseMs;
  }

  files(collection: string): readonly Outgoing[] {
    return this.#files.filter((one) => one.collection === collection);
  }

  /** How many of the files chosen for a collection were sent, since none was on its way. */
  sent(collection: string): number {
    return this.#sent.get(collection) ?? 0;
  }

  get busy(): boolean {
    return this.#files.some(isOnItsWay);
  }

  /** Why nothing is sent at the moment, though files wait; `null`: nothing is in the way. */
  get hindrance(): unknown {
    return this.#hindrance;
  }

  add(
    collection: string,
    chosen: readonly ChosenFile[],
    { metadata, urgent = false }: { metadata: Readonly<Record<string, unknown>>; urgent?: boolean },
  ): void {
    if (!this.files(collection).some(isOnItsWay)) this.#sent.delete(collection);
    for (const { file, name } of chosen) {
      const id = ++this.#counter;
      const said = { id, file, name, collection, metadata, urgent };
      this.#files.push({ ...said, state: 'waiting', sentBytes: 0, tries: 0, error: null });
    }
    this.unsent.forget(collection);
    this.#next();
  }

  stop(id: number): void {
    const stop = this.#stops.get(id);
    if (stop) stop.abort(new DOMException('stopped by the user', 'AbortError'));
    else this.#change(id, { state: 'stopped' });
  }

  stopCollection(collection: string): void {
    for (const { id } of this.files(collection).filter(isOnItsWay)) this.stop(id);
  }

  sendAgain(id: number): void {
    this.#change(id, { state: 'waiting', sentBytes: 0, tries: 0, error: null });
    this.resume();
  }

  /** All of a collection that were stopped or failed. */
  sendAllAgain(collection: string): void {
    for (const { id } of this.files(collection).filter((one) => !isOnItsWay(one))) {
      this.#change(id, { state: 'waiting', sentBytes: 0, tries: 0, error: null });
    }
    this.resume();
  }

  remove(id: number): void {
    this.#files = this.#files.filter((one) => one.id !== id);
    this.#tell();
  }

  /** Takes all off the list that is not on its way. */
  removeEnded(collection: string): void {
    this.#files = this.#files.filter((one) => one.collection !== collection || isOnItsWay(one));
    this.#tell();
  }

  stopAll(): void {
    clearTimeout(this.#timer);
    this.#files = this.#files.filter(({ state }) => state === 'sending');
    for (const stop of this.#stops.values()) stop.abort(new DOMException('signed out', 'AbortError'));
  }

  /** Goes on at once where a pause was made. */
  resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next();
  }

  /** Calls back at every change; gives what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onAccepted(listener: (accepted: AcceptedUpload, name: string) => void): () => void {
    this.#accepted.add(listener);
    return () => this.#accepted.delete(listener);
  }

  #next(): void {
    // After a hindrance one file tries the way for all.
    const atOnce = this.#hindrance === null ? SENT_AT_ONCE : 1;
    while (this.#timer === undefined && this.#stops.size < atOnce) {
      const waits = this.#files.filter(({ state }) => state === 'waiting');
      const waiting = waits.find(({ urgent }) => urgent) ?? waits[0];
      if (!waiting) break;
      void this.#sendOne(waiting);
    }
    this.#tell();
  }

  async #sendOne({ id, file, name, collection, metadata, urgent }: Outgoing): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(id, stop);
    this.#change(id, { state: 'sending', sentBytes: 0 });
    try {
      const accepted = await this.#send({
        sender: this.#sender,
        file,
        fileName: name,
        collection,
        metadata,
        urgent,
        onProgress: (sentBytes) => this.#change(id, { sentBytes }),
        signal: stop.signal,
      });
      this.#hindrance = null;
      this.#pauses = 0;
      this.#sent.set(collection, this.sent(collection) + 1);
      this.remove(id);
      for (const listener of this.#accepted) listener(accepted, name);
    } catch (error) {
      if (stop.signal.aborted) this.#change(id, { state: 'stopped' });
      else if (isOfTheMoment(error)) await this.#waitAndTryAgain(id, error);
      else this.#change(id, { state: 'failed', error });
    } finally {
      this.#stops.delete(id);
      this.#next();
    }
  }

  async #waitAndTryAgain(id: number, error: unknown): Promise<void> {
    const tries = (this.#files.find((one) => one.id === id)?.tries ?? 0) + ((await this.#answers(error)) ? 1 : 0);
    if (tries >= TRIES_PER_FILE) {
      this.#hindrance = null;
      this.#change(id, { state: 'failed', error: error instanceof ApiUnreachable ? new FileStuck() : error });
      return;
    }
    this.#hindrance = error;
    this.#change(id, { state: 'waiting', sentBytes: 0, tries });
    if (this.#timer !== undefined) return;
    const told = error instanceof ApiRefusal ? error.retryAfterMs : null;
    const pauseMs = told ?? Math.min(this.#firstPauseMs * 2 ** this.#pauses, LAST_PAUSE_MS);
    this.#pauses += 1;
    this.#timer = setTimeout(() => this.resume(), pauseMs);
  }

  /** Whether the system answers anything at all: then it may be the file that it does not get through. */
  async #answers(error: unknown): Promise<boolean> {
    if (error instanceof ApiRefusal) return error.status !== 429 && error.status !== 503;
    try {
      await this.#sender.client.currentKey();
      return true;
    } catch (problem) {
      return problem instanceof ApiRefusal && problem.status < 500;
    }
  }

  #change(id: number, changes: Partial<Outgoing>): void {
    this.#files = this.#files.map((one) => (one.id === id ? { ...one, ...changes } : one));
    this.#tell();
  }

  #tell(): void {
    this.unsent.note(this.#files.filter(isOnItsWay));
    for (const listener of this.#listeners) listener();
  }
}

function isOnItsWay({ state }: Outgoing): boolean {
  return state === 'waiting' || state === 'sending';
}

/** Nothing that another file, or another key, would change. A spent quota stays spent. */
function isOfTheMoment(error: unknown): boolean {
  if (error instanceof ApiUnreachable) return true;
  return (
    error instanceof ApiRefusal && error.code !== 'QUOTA_EXCEEDED' && (error.status === 429 || error.status >= 500)
  );
}
