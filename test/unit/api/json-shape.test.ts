import { describe, expect, it } from 'vitest';
import { inspectJson, toStorableText } from '../../../api/http/json-shape.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('shape of JSON', () => {
  it('takes 32 levels and no more, however deep it goes', () => {
    expect(inspectJson(nested(32))).toBe('fine');
    expect(inspectJson(nested(33))).toBe('too_deep');
    expect(inspectJson(nested(100_000))).toBe('too_deep');
    expect(inspectJson({ a: { b: nested(40) } })).toBe('too_deep');
  });

  it.each([
    ['NUL in a value', { a: 'x\u0000' }],
    ['NUL in a key', { 'x\u0000': 1 }],
    ['half a character', { a: ['\ud83d'] }],
    ['half a character in a key', { '\ude00': 1 }],
    ['a bare text', '\u0000'],
  ])('does not take %s', (_name, value) => {
    expect(inspectJson(value)).toBe('unstorable_text');
  });

  it('takes everything else', () => {
    expect(inspectJson({ a: [1, null, true, '😀', { 'é\n': 'x' }] })).toBe('fine');
    expect(inspectJson(undefined)).toBe('fine');
  });

  it('replaces what cannot be kept', () => {
    expect(toStorableText('a\u0000b\ud83d😀')).toBe('a\ufffdb\ufffd😀');
  });
});
