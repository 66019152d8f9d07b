import { describe, expect, it } from 'vitest';
import { AnswerCache, type MadeAnswer } from '../../../api/cache/answer-cache.js';
import type { EpochView } from '../../../api/cache/epoch-follower.js';

const DAY_MS = 24 * 3_600_000;

function cacheOf({ ttlMs = DAY_MS } = {}): AnswerCache {
  const limits = { entries: 100, sizeBytes: 1e6, ttlMs, sharedTtlMs: DAY_MS };
  return new AnswerCache({ limits, shared: null, hash: (text) => text });
}

const view = (publications: number, { floors = 1, soon = true } = {}): EpochView => ({
  tag: 'epochs',
  publications: [publications],
  floors: [floors],
  floorsRiseSoon: () => soon,
});

const answerOf = (data: string, keep: MadeAnswer['keep'] = 'usual'): MadeAnswer => ({
  data: Buffer.from(data),
  meta: '{}',
  outcome: { mode: 'text', answerable: true },
  keep,
});

const textOf = ({ data }: { readonly data: Uint8Array }): string => Buffer.from(data).toString();

const make = async () => answerOf('first');

describe('an answer that ends soon', () => {
  const ask = (cache: AnswerCache, now: EpochView, refresh?: () => Promise<MadeAnswer | null>, question = 'q') =>
    cache.answer({ owner: 'o', question, view: now, make, ...(refresh ? { refresh } : {}) });

  it('is given, and made anew in the background, so that the next one has what was added', async () => {
    const cache = cacheOf();
    await ask(cache, view(1));
    let refreshes = 0;
    const refresh = async () => {
      refreshes++;
      return answerOf('second');
    };
    const given = await ask(cache, view(2), refresh);
    expect([given.tier, textOf(given.answer)]).toEqual(['l1', 'first']);
    await cache.settled();
    // What would have been too old now is there already.
    const next = await ask(cache, view(2, { floors: 2 }), refresh);
    expect([next.tier, textOf(next.answer), refreshes, cache.stats().refreshes]).toEqual(['l1', 'second', 1, 1]);
  });

  it.each<[string, EpochView]>([
    ['nothing was added', view(1)],
    ['what was added need not show soon', view(2, { soon: false })],
  ])('is left alone where %s', async (_name, now) => {
    const cache = cacheOf();
    await ask(cache, view(1));
    await ask(cache, now, () => expect.fail('made anew'));
    await cache.settled();
  });

  it('is made anew once at a time, and two of them at most', async () => {
    const cache = cacheOf();
    const questions = ['a', 'b', 'c'];
    for (const question of questions) await ask(cache, view(1), undefined, question);
    const asked: string[] = [];
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    for (const question of [...questions, ...questions]) {
      const refresh = async () => {
        asked.push(question);
        await opened;
        return answerOf('second');
      };
      await ask(cache, view(2), refresh, question);
    }
    expect(asked).toEqual(['a', 'b']);
    open();
    await cache.settled();
  });

  it.each<[string, () => Promise<MadeAnswer | null>]>([
    ['less than was asked', async () => answerOf('less', 'seconds')],
    ['one that must not be kept', async () => answerOf('of a patient', 'none')],
    ['none, as there is better to do', async () => null],
    ['an error', async () => Promise.reject(new Error('down'))],
  ])('stays until its end where the search gives %s', async (_name, refresh) => {
    const cache = cacheOf();
    await ask(cache, view(1));
    await ask(cache, view(2), refresh);
    await cache.settled();
    expect(textOf((await ask(cache, view(2))).answer)).toBe('first');
    expect(cache.stats().refreshes).toBe(0);
  });
});

describe('an answer for a question in several wordings', () => {
  it('is given for the others, which is said', async () => {
    const cache = cacheOf();
    const ask = async (wording: string) =>
      (await cache.answer({ owner: 'o', question: 'form', wording, view: view(1), make })).tier;
    expect(await ask('what is the dose')).toBe('miss');
    expect(await ask('please, the dose')).toBe('semantic');
    expect(await ask('what is the dose')).toBe('l1');
  });
});
