import { describe, expect, it } from 'vitest';
import { canonicalJson, PIPELINE_VERSION, versionFingerprint } from '../../../core/reading/fingerprint.js';

const input = {
  documentKey: 'pmid:1',
  recordSha256: 'ab'.repeat(32),
  pipelineVersion: PIPELINE_VERSION,
  settings: { chunking: { maxTokens: 256 }, phiPolicy: 'block' },
  metadata: { title: 'T' },
};

describe('versionFingerprint', () => {
  it('is the same for the same things in another order, with absent members left out', () => {
    const same = {
      ...input,
      settings: { phiPolicy: 'block', chunking: { maxTokens: 256 }, reason: undefined },
    };
    expect(versionFingerprint(input)).toMatch(/^[0-9a-f]{64}$/);
    expect(versionFingerprint(same)).toBe(versionFingerprint(input));
  });

  it('differs as soon as anything differs', () => {
    const others = [
      { ...input, documentKey: 'pmid:2' },
      { ...input, recordSha256: 'cd'.repeat(32) },
      { ...input, pipelineVersion: PIPELINE_VERSION + 1 },
      { ...input, settings: { chunking: { maxTokens: 255 }, phiPolicy: 'block' } },
      { ...input, metadata: { title: 'U' } },
    ];
    expect(new Set([input, ...others].map(versionFingerprint)).size).toBe(6);
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });
});
