import { describe, expect, it } from 'vitest';
import { PictureQueue } from '../../../api/picture-queue.js';

/** A drawing that ends when told. */
function drawing() {
  let end!: (picture: string) => void;
  const done = new Promise<string>((resolve) => (end = resolve));
  let isBegun = false;
  const draw = () => {
    isBegun = true;
    return done;
  };
  return { draw, end, begun: () => isBegun };
}

const never = () => new AbortController().signal;
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe('the queue of pages to draw', () => {
  it('draws one at a time in order, and refuses what is more than it holds', async () => {
    const queue = new PictureQueue(2, 1);
    const [first, second, third, fourth] = [drawing(), drawing(), drawing(), drawing()];
    const taken = [first, second, third].map(({ draw }) => queue.take(never(), draw));
    await expect(queue.take(never(), fourth.draw)).rejects.toMatchObject({ code: 'PICTURES_BUSY', statusCode: 503 });
    expect([first, second, third, fourth].map(({ begun }) => begun())).toEqual([true, false, false, false]);
    first.end('1');
    expect(await taken[0]).toBe('1');
    await settled();
    expect([second.begun(), third.begun()]).toEqual([true, false]);
    const later = queue.take(never(), fourth.draw);
    for (const one of [second, third, fourth]) one.end('x');
    expect(await Promise.all([...taken.slice(1), later])).toEqual(['x', 'x', 'x']);
  });

  it('lets go of who is gone, while waiting and while drawing', async () => {
    const queue = new PictureQueue(1, 1);
    const [first, second, third] = [drawing(), drawing(), drawing()];
    const drawn = queue.take(never(), first.draw);
    const gone = new AbortController();
    const waiting = queue.take(gone.signal, second.draw);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const next = queue.take(never(), third.draw);
    first.end('1');
    third.end('3');
    expect(await Promise.all([drawn, next])).toEqual(['1', '3']);
    expect(second.begun()).toBe(false);
    await expect(queue.take(gone.signal, second.draw)).rejects.toThrow('gone');
  });

  it('gives its place back when a drawing fails', async () => {
    const queue = new PictureQueue(0, 1);
    const failing = queue.take(never(), async () => {
      throw new Error('bad page');
    });
    await expect(failing).rejects.toThrow('bad page');
    expect(await queue.take(never(), async () => 'good')).toBe('good');
  });
});
