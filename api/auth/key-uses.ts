import type { KeyCatalog } from '../../core/ports/key-catalog.js';
import { BackgroundWriter } from '../background-writer.js';

/** "Used a minute ago" is precise enough to see whether anybody still needs a key. */
const WRITE_MS = 60_000;

/** When each key was last taken: noted in memory, written together once a minute, so that no request waits for it. */
export class KeyUses extends BackgroundWriter {
  readonly #unwritten = new Map<string, Date>();

  constructor(private readonly keys: Pick<KeyCatalog, 'recordUse'>) {
    super(WRITE_MS);
  }

  note(keyId: string, at = new Date()): void {
    this.#unwritten.set(keyId, at);
  }

  /** What cannot be written is written with the next. */
  protected override async writeNow(): Promise<void> {
    const uses = [...this.#unwritten].map(([keyId, at]) => ({ keyId, at }));
    this.#unwritten.clear();
    try {
      await this.keys.recordUse(uses);
    } catch {
      for (const { keyId, at } of uses) if (!this.#unwritten.has(keyId)) this.#unwritten.set(keyId, at);
    }
  }
}
