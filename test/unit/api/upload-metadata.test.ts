import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../api/errors.js';
import { parseUploadMetadata } from '../../../api/upload/upload-metadata.js';

describe('upload metadata', () => {
  it('takes ids and title out and leaves the rest as it is', () => {
    const text = JSON.stringify({ externalId: ' who-1 ', title: 'Crianc\u0327as', specialty: ['cardio'], year: 2021 });
    expect(parseUploadMetadata(text)).toEqual({
      metadata: { externalId: 'who-1', title: 'Crianças', custom: { specialty: ['cardio'], year: 2021 } },
      later: false,
    });
  });

  it.each([null, '', '  ', '{}', '{"externalId": null}'])('takes %j as nothing said', (text) => {
    expect(parseUploadMetadata(text)).toEqual({ metadata: { custom: {} }, later: false });
  });

  it('keeps a key named __proto__ a key', () => {
    const {
      metadata: { custom },
    } = parseUploadMetadata('{"__proto__": {"polluted": true}, "a": 1}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(custom)).toBe(Object.prototype);
    expect(JSON.stringify(custom)).toBe('{"__proto__":{"polluted":true},"a":1}');
  });

  it.each([
    '{',
    'null',
    '[]',
    '"text"',
    '{"externalId": 5}',
    '{"externalId": ""}',
    `{"externalId": "${'x'.repeat(501)}"}`,
    '{"title": ["a"]}',
    '{"supersedesLater": "yes"}',
    '{"a": "\\u0000"}',
    '{"a": "\\ud800"}',
    `{"a": ${'['.repeat(60)}${']'.repeat(60)}}`,
  ])('refuses %s', (text) => {
    expect(() => parseUploadMetadata(text)).toThrow(ApiError);
    expect(() => parseUploadMetadata(text)).toThrow('METADATA_INVALID');
  });
});
