import { expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { embedderContract } from './embedder.contract.js';

embedderContract('fake', async () => new FakeEmbedder());

it('the fake embedder fails as told, then works again, and keeps its calls', async () => {
  const embedder = new FakeEmbedder();
  embedder.failNext();
  await expect(embedder.embed(['x'], 'query')).rejects.toBeInstanceOf(Failure);
  expect(await embedder.embed(['x'], 'query')).toHaveLength(1);
  expect(embedder.calls).toEqual([
    { texts: ['x'], purpose: 'query' },
    { texts: ['x'], purpose: 'query' },
  ]);
});
