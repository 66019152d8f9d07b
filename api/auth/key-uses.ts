import type { KeyCatalog } from '../../core/ports/key-catalog.js';

/** "Used a minute ago" is precise enough to see whether anybody still needs a key. */
const WRITE_MS = 60_000;

/** When each key was last taken: noted in memory, written together once a minute, so that no request waits for it. */
export class KeyUses {
  readonly #unwritten = new Map<string, Date>();
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly keys: Pick<KeyCatalog, 'recordUse'>) {}

  start(): void {
    this.#timer = setInterval(() => void this.write(), WRITE_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.write();
  }

  note(keyId: string, at = new Date()): void {
    this.#unwritten.set(keyId, at);
  }

  /** Writes what was noted; what cannot be written is written with the next. Never throws. */
  async write(): Promise<void> {
    const uses = [...this.#unwritten].map(([keyId, at]) => ({ keyId, at }));
    this.#unwritten.clear();
    try {
      await this.keys.recordUse(uses);
    } catch {
      for (const { keyId, at } of uses) if (!this.#unwritten.has(keyId)) this.#unwritten.set(keyId, at);
    }
  }
}
