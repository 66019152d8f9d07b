import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { SealedObjectStore } from '../../infra/objectstore/sealed-object-store.js';
import { MemoryObjectStore } from '../fakes/memory-object-store.js';
import { objectStoreContract, type ObjectStoreUnderTest } from './object-store.contract.js';

function underTest(seal: boolean): ObjectStoreUnderTest {
  const memory = new MemoryObjectStore();
  return {
    store: seal ? new SealedObjectStore(memory, new Keyring([generateEncryptionKey()])) : memory,
    tamper: async (key, change) => memory.tamper(key, change),
    leftovers: async () => [],
    stop: async () => undefined,
  };
}

objectStoreContract('memory', 'work', async () => underTest(false));
objectStoreContract('sealed memory', 'work', async () => underTest(true));

it('fails on demand, before the effect or after it', async () => {
  const store = new MemoryObjectStore();
  const error = new Failure('STORE_UNAVAILABLE');
  store.injectFault({ call: 'put', key: 'work/a', error });
  await expect(store.put('work/a', randomBytes(3))).rejects.toBe(error);
  expect(await store.stat('work/a')).toBeNull();
  store.injectFault({ call: 'put', error, after: true });
  await expect(store.put('work/a', randomBytes(3))).rejects.toBe(error);
  expect(await store.stat('work/a')).toMatchObject({ sizeBytes: 3 });
  expect(store.calls.map(({ call }) => call)).toEqual(['put', 'stat', 'put', 'stat']);
});
