import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyCache } from '../../../api/auth/key-cache.js';
import { Failure } from '../../../core/contract/failures.js';
import type { ApiKey } from '../../../core/ports/key-catalog.js';

const KEY: ApiKey = {
  keyId: '0b0e7a52-4c2b-4a0e-9d0c-0d9f3f7f8a10',
  organizationId: 'default',
  name: 'test',
  scopes: ['search'],
  collections: 'all',
  safetyLevel: 'public',
  plan: 'pro',
  createdAt: new Date(0),
  expiresAt: null,
  lastUsedAt: null,
};

/** A key list that counts how often it is asked, and a clock that stands still until it is moved. */
function setUp(key: ApiKey | null = KEY) {
  const state = { key, nowMs: 1_000_000, setBackMs: 0, asked: [] as string[], error: null as Error | null };
  const cache = new KeyCache(
    {
      byHash: async (hash) => {
        state.asked.push(Buffer.from(hash).toString('hex'));
        if (state.error) throw state.error;
        return state.key;
      },
      byId: async (keyId) => {
        state.asked.push(keyId);
        return state.key;
      },
    },
    () => state.nowMs - state.setBackMs,
    () => state.nowMs,
  );
  return { state, cache };
}

describe('key cache', () => {
  it('asks by SHA-256, once for concurrent and repeated requests', async () => {
    const { state, cache } = setUp();
    const found = await Promise.all([cache.find('secret'), cache.find('secret')]);
    expect([...found, await cache.find('secret')]).toEqual([KEY, KEY, KEY]);
    expect(state.asked).toEqual([createHash('sha256').update('secret').digest('hex')]);
  });

  it('asks by id for whoever speaks for a key', async () => {
    const { state, cache } = setUp();
    expect(await Promise.all([cache.byId(KEY.keyId), cache.byId(KEY.keyId)])).toEqual([KEY, KEY]);
    expect(state.asked).toEqual([KEY.keyId]);
    state.key = null;
    state.nowMs += 2_000;
    expect(await cache.byId(KEY.keyId)).toBeNull();
  });

  it('sees a revocation after two seconds', async () => {
    const { state, cache } = setUp();
    await cache.find('secret');
    state.key = null;
    state.nowMs += 1_999;
    expect(await cache.find('secret')).toEqual(KEY);
    state.nowMs += 1;
    expect(await cache.find('secret')).toBeNull();
  });

  it('sees a revocation as soon when the clock was set back', async () => {
    const { state, cache } = setUp();
    await cache.find('secret');
    Object.assign(state, { key: null, setBackMs: 3_600_000, nowMs: state.nowMs + 2_000 });
    expect(await cache.find('secret')).toBeNull();
  });

  it('looks a key that is in use up again before its time, so that nobody waits for it', async () => {
    const { state, cache } = setUp();
    await cache.find('secret');
    for (let second = 0; second < 5; second++) {
      state.nowMs += 1_000;
      // Answered by what is remembered, whatever the database does.
      state.error = second % 2 === 0 ? null : new Failure('DATABASE_UNAVAILABLE');
      expect(await cache.find('secret')).toEqual(KEY);
      expect(await cache.find('secret')).toEqual(KEY);
      await Promise.resolve();
    }
    expect(state.asked.length).toBeLessThanOrEqual(6);
    state.error = new Failure('DATABASE_UNAVAILABLE');
    state.nowMs += 2_000;
    await expect(cache.find('secret')).rejects.toThrow('DATABASE_UNAVAILABLE');
  });

  it('ends a key at the moment it expires, remembered or not', async () => {
    const { state, cache } = setUp({ ...KEY, expiresAt: new Date(1_000_500) });
    expect(await cache.find('secret')).not.toBeNull();
    state.nowMs = 1_000_500;
    expect(await cache.find('secret')).toBeNull();
    expect(state.asked).toHaveLength(1);
  });

  it('does not remember that the database was down', async () => {
    const { state, cache } = setUp();
    state.error = new Failure('DATABASE_UNAVAILABLE');
    await expect(cache.find('secret')).rejects.toThrow('DATABASE_UNAVAILABLE');
    state.error = null;
    expect(await cache.find('secret')).toEqual(KEY);
  });

  it('stays bounded under guessing', async () => {
    const { state, cache } = setUp(null);
    for (let guess = 0; guess < 6_000; guess++) await cache.find(`guess ${guess}`);
    await cache.find('guess 5999');
    expect(state.asked).toHaveLength(6_000);
    await cache.find('guess 0');
    expect(state.asked).toHaveLength(6_001);
  });
});
