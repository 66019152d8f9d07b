import { describe, expect, it } from 'vitest';
import {
  formatSourceUri,
  parseSourceUri,
  sourceFileName,
  sourcePrefix,
} from '../../../core/contract/source-location.js';

describe('parseSourceUri', () => {
  it.each([
    ['s3://bucket/who/a.md', { scheme: 's3', bucket: 'bucket', key: 'who/a.md' }],
    ['s3://bucket', { scheme: 's3', bucket: 'bucket', key: '' }],
    ['s3://bucket/', { scheme: 's3', bucket: 'bucket', key: '' }],
    // Keys as they are: AWS takes all of these, and none of them means another one.
    ['s3://bucket//a//b', { scheme: 's3', bucket: 'bucket', key: '/a//b' }],
    ['s3://bucket/a/../b', { scheme: 's3', bucket: 'bucket', key: 'a/../b' }],
    ['s3://bucket/a%2Fb+c d?e#f\n.md', { scheme: 's3', bucket: 'bucket', key: 'a%2Fb+c d?e#f\n.md' }],
    ['s3://my.bucket-1/ä😀.pdf', { scheme: 's3', bucket: 'my.bucket-1', key: 'ä😀.pdf' }],
    ['file:///srv/guidelines/', { scheme: 'file', path: '/srv/guidelines/' }],
    ['file:///srv/a%20b%2Bc%25+%0A%F0%9F%98%80.md', { scheme: 'file', path: '/srv/a b+c%+\n😀.md' }],
    ['file:///srv/a%5Cb', { scheme: 'file', path: '/srv/a\\b' }],
    ['file:///srv/..a/b..', { scheme: 'file', path: '/srv/..a/b..' }],
    ['file:///', { scheme: 'file', path: '/' }],
  ])('takes %j', (uri, location) => {
    expect(parseSourceUri(uri)).toEqual(location);
  });

  it.each([
    '',
    'bucket/key',
    '/srv/guidelines',
    'http://bucket/key',
    'S3://bucket/key',
    's3:/bucket/key',
    's3:///key',
    's3://',
    's3://b/too-short',
    's3://Bucket/key',
    's3://user:password@bucket/key',
    's3://bucket:9000/key',
    's3://bucket?versionId=1',
    's3://-bucket/key',
    `s3://${'b'.repeat(64)}/key`,
    's3://bucket/nul\0',
    's3://bucket/half \ud83d pair',
    'file://server/share',
    'file:/srv',
    'file://srv',
    'file:///srv/../etc/passwd',
    'file:///srv/%2e%2E/etc/passwd',
    'file:///srv/.%2e/etc',
    'file:///srv/./a',
    'file:///..',
    'file:///srv//a',
    'file:////srv/a',
    'file:///srv/a//',
    'file:///srv\\..\\..\\etc',
    'file:///srv/a%2Fb',
    'file:///srv/a%00b',
    'file:///srv/a?b',
    'file:///srv/a#b',
    'file:///srv/a\nb',
    'file:///srv/a\tb',
    'file:///srv/%',
    'file:///srv/%ff',
    `s3://bucket/${'x'.repeat(13_000)}`,
  ])('refuses %j', (uri) => {
    expect(parseSourceUri(uri)).toBeNull();
    expect(sourcePrefix(uri)).toBeNull();
  });

  it.each(['s3://bucket//a/../b c+%', 'file:///srv/a%20b%2Bc/', 'file:///', 's3://bucket/'])(
    'gives %j back as it was',
    (uri) => {
      const location = parseSourceUri(uri);
      expect(location && formatSourceUri(location)).toBe(uri);
    },
  );

  it('has one spelling for one file', () => {
    const spellings = ['file:///srv/a+b', 'file:///srv/a%2Bb', 'file:///srv/%61%2bb'].map((uri) => {
      const location = parseSourceUri(uri);
      return location && formatSourceUri(location);
    });
    expect(new Set(spellings)).toEqual(new Set(['file:///srv/a%2Bb']));
  });
});

describe('sourcePrefix', () => {
  it.each([
    ['s3://bucket', 's3://bucket/'],
    ['s3://bucket/who', 's3://bucket/who/'],
    ['s3://bucket/who/', 's3://bucket/who/'],
    ['s3://bucket/who//', 's3://bucket/who//'],
    ['file:///srv/a b', 'file:///srv/a%20b/'],
    ['file:///', 'file:///'],
  ])('of %j is %j', (uri, prefix) => {
    expect(sourcePrefix(uri)).toBe(prefix);
  });

  it('is a folder: never what only begins alike', () => {
    expect('s3://bucket/who-old/a.md'.startsWith(sourcePrefix('s3://bucket/who') ?? '')).toBe(false);
  });
});

describe('sourceFileName', () => {
  it.each([
    ['s3://bucket/who/a b+c.md', 'a b+c.md'],
    ['s3://bucket/a.md', 'a.md'],
    ['s3://bucket/who/', 'who/'],
    ['file:///srv/a%20b.pdf', 'a b.pdf'],
  ])('of %j is %j', (uri, name) => {
    expect(sourceFileName(uri)).toBe(name);
  });
});
