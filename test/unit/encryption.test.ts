import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { FRAME_BYTES } from '../../infra/encryption/frames.js';
import { keyedHash } from '../../infra/encryption/keyed-hash.js';
import { formatEncryptionKeys, generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createOpeningStream, createSealingStream, openBytes, sealBytes } from '../../infra/encryption/seal.js';
import { isFailure, readAll, unevenChunks } from '../contracts/object-store.contract.js';

const key = generateEncryptionKey();
const keyring = new Keyring([key]);
const seal = { keyring, associatedData: 'work/default/a' };
/** magic, version, length of id, id, salt. */
const HEADER_BYTES = 4 + 1 + 1 + key.id.length + 32;
const SEALED_FRAME_BYTES = FRAME_BYTES + 16;

const corrupt = isFailure('OBJECT_CORRUPT');
const opening = (sealed: Uint8Array, input = seal) => {
  return () => openBytes(sealed, input);
};
function frames(sealed: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = HEADER_BYTES; at < sealed.length; at += SEALED_FRAME_BYTES)
    found.push(sealed.subarray(at, at + SEALED_FRAME_BYTES));
  return found;
}

describe('sealing', () => {
  it.each([
    0,
    1,
    1000,
    FRAME_BYTES - 1,
    FRAME_BYTES,
    FRAME_BYTES + 1,
    2 * FRAME_BYTES,
    3 * FRAME_BYTES,
    3 * FRAME_BYTES + 5,
  ])('opens what it sealed: %i bytes, as bytes and as streams in any chunks', async (sizeBytes) => {
    const plain = randomBytes(sizeBytes);
    const sealed = sealBytes(plain, seal);
    const frameCount = Math.max(1, Math.ceil(sizeBytes / FRAME_BYTES));
    expect(sealed.length).toBe(HEADER_BYTES + sizeBytes + 16 * frameCount);
    expect(openBytes(sealed, seal).equals(plain)).toBe(true);
    const streamed = await readAll(Readable.from(unevenChunks(plain)).pipe(createSealingStream(seal)));
    expect(openBytes(streamed, seal).equals(plain)).toBe(true);
    const opened = await readAll(Readable.from(unevenChunks(sealed)).pipe(createOpeningStream(seal)));
    expect(opened.equals(plain)).toBe(true);
  });

  it('opens sealed bytes that come one by one', async () => {
    const sealed = sealBytes(Buffer.from('one by one'), seal);
    const bytes = Array.from(sealed, (byte) => Buffer.from([byte]));
    expect((await readAll(Readable.from(bytes).pipe(createOpeningStream(seal)))).toString()).toBe('one by one');
  });

  it('makes other bytes each time, none of which is the content', () => {
    const plain = Buffer.alloc(1000, 'patient data ');
    const [one, other] = [sealBytes(plain, seal), sealBytes(plain, seal)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('patient data')).toBe(false);
  });

  it('refuses content cut off anywhere: in the header, in a frame, between frames', () => {
    const sealed = sealBytes(randomBytes(2 * FRAME_BYTES + 100), seal);
    const cuts = [0, 1, 4, 5, 6, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 15, HEADER_BYTES + 100];
    const betweenFrames = [1, 2].flatMap((count) =>
      [-1, 0, 1].map((off) => HEADER_BYTES + count * SEALED_FRAME_BYTES + off),
    );
    for (const cut of [...cuts, ...betweenFrames, sealed.length - 1]) {
      expect(opening(sealed.subarray(0, cut)), `cut at ${cut}`).toThrowError(expect.toSatisfy(corrupt));
    }
  });

  it('refuses frames that are reordered, repeated, dropped or added', () => {
    const sealed = sealBytes(randomBytes(4 * FRAME_BYTES), seal);
    const header = sealed.subarray(0, HEADER_BYTES);
    const [a, b, c, d] = frames(sealed) as [Buffer, Buffer, Buffer, Buffer];
    for (const order of [[b, a, c, d], [a, b, b, c, d], [a, c, d], [a, b, c], [a, b, c, d, d], [d], [b, c, d]]) {
      expect(opening(Buffer.concat([header, ...order]))).toThrowError(expect.toSatisfy(corrupt));
    }
    const empty = sealBytes(Buffer.alloc(0), seal);
    expect(opening(Buffer.concat([sealed, empty.subarray(HEADER_BYTES)]))).toThrowError(expect.toSatisfy(corrupt));
    expect(opening(Buffer.concat([sealed, Buffer.from([0])]))).toThrowError(expect.toSatisfy(corrupt));
  });

  it('refuses frames and headers of other content under the same key', () => {
    const [one, other] = [randomBytes(1000), randomBytes(1000)].map((plain) => sealBytes(plain, seal)) as [
      Buffer,
      Buffer,
    ];
    const mixed = Buffer.concat([one.subarray(0, HEADER_BYTES), other.subarray(HEADER_BYTES)]);
    expect(opening(mixed)).toThrowError(expect.toSatisfy(corrupt));
  });

  it('refuses every flipped bit of header, content and tag', () => {
    const sealed = sealBytes(Buffer.from('short'), seal);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A flipped key id may be readable and then is the id of a key that we do not have.
      const refused = (error: unknown) => corrupt(error) || isFailure('KEY_MISSING')(error);
      expect(opening(flipped), `bit ${bit}`).toThrowError(expect.toSatisfy(refused));
    }
  });

  it('refuses content in the place of another, a wrong key, and a missing one', () => {
    const sealed = sealBytes(Buffer.from('text'), seal);
    expect(opening(sealed, { ...seal, associatedData: 'work/default/b' })).toThrowError(expect.toSatisfy(corrupt));
    const sameId = new Keyring([{ id: key.id, key: randomBytes(32) }]);
    expect(opening(sealed, { ...seal, keyring: sameId })).toThrowError(expect.toSatisfy(corrupt));
    const others = new Keyring([generateEncryptionKey()]);
    expect(opening(sealed, { ...seal, keyring: others })).toThrowError(expect.toSatisfy(isFailure('KEY_MISSING')));
  });

  it('refuses what was never sealed', () => {
    for (const plain of ['', 'M', 'MDX', '%PDF-1.7 and more', 'x'.repeat(200_000)]) {
      expect(opening(Buffer.from(plain))).toThrowError(expect.toSatisfy(corrupt));
    }
  });

  it('gives out no byte of a frame whose tag does not match', async () => {
    const sealed = sealBytes(Buffer.alloc(3 * FRAME_BYTES, 'a'), seal);
    const at = HEADER_BYTES + SEALED_FRAME_BYTES + 10;
    sealed[at] = (sealed[at] ?? 0) ^ 1;
    let out = 0;
    const reading = pipeline(
      Readable.from(unevenChunks(sealed)),
      createOpeningStream(seal),
      async (plain: AsyncIterable<Buffer>) => {
        for await (const chunk of plain) out += chunk.length;
      },
    );
    await expect(reading).rejects.toSatisfy(corrupt);
    expect(out).toBeLessThanOrEqual(FRAME_BYTES);
  });

  it('waits for a slow reader: no more than a few frames are taken in ahead of it', async () => {
    let taken = 0;
    const source = Readable.from(
      (function* () {
        for (; taken < 64 * FRAME_BYTES; taken += FRAME_BYTES) yield Buffer.alloc(FRAME_BYTES);
      })(),
      { objectMode: false, highWaterMark: FRAME_BYTES },
    );
    const slow = source.pipe(createSealingStream(seal)).pipe(createOpeningStream(seal)).pipe(new PassThrough());
    const chunks = slow[Symbol.asyncIterator]();
    await chunks.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThan(16 * FRAME_BYTES);
    let got = FRAME_BYTES;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) got += (next.value as Buffer).length;
    expect(got).toBe(64 * FRAME_BYTES);
  });
});

describe('Keyring', () => {
  it('still opens what an older key sealed after a rotation, and seals with the new one', () => {
    const sealed = sealBytes(Buffer.from('old'), seal);
    const rotated = new Keyring([generateEncryptionKey(), key]);
    expect(openBytes(sealed, { ...seal, keyring: rotated }).toString()).toBe('old');
    const fresh = sealBytes(Buffer.from('new'), { ...seal, keyring: rotated });
    expect(opening(fresh)).toThrowError(expect.toSatisfy(isFailure('KEY_MISSING')));
  });

  it('reads the form of the setting', () => {
    const keys = [generateEncryptionKey(), generateEncryptionKey()];
    const parsed = Keyring.parse(formatEncryptionKeys(keys));
    expect(parsed.active.id).toBe(keys[0]?.id);
    expect(Buffer.from(parsed.oldest.key)).toEqual(Buffer.from(keys[1]?.key ?? []));
    expect(keys[0]?.id).toMatch(/^\d{4}-\d{2}-[0-9a-f]{8}$/);
  });

  it('refuses bad keys without telling them', () => {
    const encoded = Buffer.alloc(31, 'k').toString('base64');
    expect(() => Keyring.parse(`short:${encoded}`)).toThrowError(
      expect.toSatisfy((error: Error) => !error.message.includes(encoded)),
    );
    expect(() => new Keyring([])).toThrow('at least one');
    expect(() => new Keyring([key, key])).toThrow('twice');
    expect(() => new Keyring([{ id: 'x', key: Buffer.alloc(16) }])).toThrow('32 bytes');
    expect(() => new Keyring([{ id: 'x'.repeat(33), key: Buffer.alloc(32) }])).toThrow('1 to 32');
    expect(() => new Keyring([{ id: 'a b', key: Buffer.alloc(32) }])).toThrow('1 to 32');
  });
});

describe('keyedHash', () => {
  it('depends on key, purpose and text, and outlives a rotation', () => {
    const hash = keyedHash(keyring, 'file-name', 'john-doe.pdf');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(keyedHash(new Keyring([generateEncryptionKey(), key]), 'file-name', 'john-doe.pdf')).toBe(hash);
    const others = [
      keyedHash(keyring, 'file-name', 'jane-doe.pdf'),
      keyedHash(keyring, 'query', 'john-doe.pdf'),
      keyedHash(new Keyring([generateEncryptionKey()]), 'file-name', 'john-doe.pdf'),
    ];
    expect(new Set([hash, ...others]).size).toBe(4);
  });
});
