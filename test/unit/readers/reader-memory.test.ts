import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MemoryHolder, ReaderMemory } from '../../../infra/readers/reader-memory.js';

/** A reader of a size; what is done to it is noted. */
class Holder implements MemoryHolder {
  alive = true;
  readonly told: string[] = [];
  constructor(public bytes: number) {}
  residentBytes(): Promise<number> {
    return Promise.resolve(this.bytes);
  }
  kill(reason: string): void {
    this.told.push(reason);
    this.alive = false;
  }
  putBack(): void {
    this.told.push('put back');
    this.alive = false;
  }
}

describe('the bound of all readers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function watched(busy: readonly Holder[], idle: readonly Holder[] = []): Promise<string[][]> {
    const memory = new ReaderMemory(600);
    for (const holder of [...busy, ...idle]) memory.add(holder);
    const ends = busy.map((holder) => memory.begin(holder));
    await vi.advanceTimersByTimeAsync(500);
    for (const end of ends) end();
    return [...busy, ...idle].map(({ told }) => told);
  }

  it('ends nobody below it', async () => {
    expect(await watched([new Holder(400)], [new Holder(200)])).toEqual([[], []]);
  });

  it('ends idle ones before any call, the largest first, and repeats what they were just given', async () => {
    expect(await watched([new Holder(400)], [new Holder(100), new Holder(150)])).toEqual([[], [], ['put back']]);
  });

  it('puts the largest of the later calls back, however large the first one is', async () => {
    expect(await watched([new Holder(500), new Holder(60), new Holder(90)])).toEqual([[], [], ['put back']]);
  });

  it('fails a call that is too large by itself, and none beside it', async () => {
    expect(await watched([new Holder(100), new Holder(700), new Holder(100)])).toEqual([
      [],
      ['PARSER_OUT_OF_MEMORY'],
      [],
    ]);
    expect(await watched([new Holder(601)], [new Holder(50)])).toEqual([['PARSER_OUT_OF_MEMORY'], []]);
  });

  it('looks once at a time, however long a look takes', async () => {
    const first = new Holder(300);
    const others = [new Holder(200), new Holder(150), new Holder(140)];
    let looks = 0;
    first.residentBytes = () => {
      looks += 1;
      return new Promise((resolve) => setTimeout(() => resolve(300), 1_000));
    };
    expect(await watched([first, ...others])).toEqual([[], [], [], []]);
    expect(looks).toBe(1);
  });
});
