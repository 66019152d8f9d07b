import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, userCacheDir } from '../../../infra/config.js';
import { unknownSettingSentence } from '../../../infra/config/unknown-settings.js';
import type { Environment } from '../../../infra/settings-reader.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { InvalidSettings } from '../../../infra/settings-reader.js';

const HOME = { HOME: '/home/someone' };

function problemsOf(env: Environment): readonly string[] {
  try {
    loadConfig({ ...HOME, ...env });
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  throw new Error('the settings were accepted');
}

const OPENAI = { EMBEDDING_PROVIDER: 'openai', EMBEDDING_MODEL: 'm', EMBEDDING_BASE_URL: 'http://127.0.0.1:1/v1' };

describe('loadConfig', () => {
  it('has safe defaults: loopback, a folder in the checkout, embedded stores, a local model', () => {
    const config = loadConfig(HOME);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      logLevel: 'info',
      dataDir: join(PROJECT_ROOT, '.medindex'),
      databaseUrl: null,
      objectStore: { kind: 'folder', folder: join(PROJECT_ROOT, '.medindex', 'objects') },
      temporal: { address: null, namespace: 'default', uiUrl: null },
      embedding: { provider: 'onnx', model: 'all-MiniLM-L6-v2', modelPath: null },
      ocr: { languages: ['eng', 'por'] },
      encryptionKeys: [],
      limits: { uploadBytes: 512 * 1024 * 1024, pages: 5_000 },
    });
  });

  it('lets nobody read folders of this machine unless an operator names them', () => {
    for (const HOST of ['127.0.0.1', 'localhost', '0.0.0.0']) {
      expect(loadConfig({ ...HOME, HOST }).sources.roots).toEqual(['s3://']);
    }
    const named = loadConfig({ ...HOME, MEDINDEX_SOURCE_ROOTS: 'file:///srv/guidelines, s3://team' });
    expect(named.sources.roots).toEqual(['file:///srv/guidelines/', 's3://team/']);
  });

  it('counts keys and stores as its own, wherever they lie', () => {
    const { own } = loadConfig({
      ...HOME,
      MEDINDEX_DATA_DIR: '/data',
      MEDINDEX_ADMIN_KEY_FILE: '/run/secrets/admin.key',
      OBJECT_STORE_URL: 's3://bucket/medindex',
    }).sources;
    expect(own).toEqual(['file:///data/', 'file:///run/secrets/admin.key/', 's3://bucket/medindex/']);
  });

  it('takes a codec token that cannot be guessed, and no other', () => {
    const token = 'a1'.repeat(16);
    expect(loadConfig({ ...HOME, MEDINDEX_CODEC_TOKEN: token }).temporal.codecToken).toBe(token);
    for (const MEDINDEX_CODEC_TOKEN of ['short', `${token}/`, 'x'.repeat(91)]) {
      expect(problemsOf({ MEDINDEX_CODEC_TOKEN })).toEqual([expect.stringContaining('MEDINDEX_CODEC_TOKEN')]);
    }
  });

  it('tells all that a process lacks which is started alone', () => {
    const lacking = (env: Environment): readonly string[] => {
      try {
        loadConfig({ ...HOME, ...env }, 'process');
      } catch (error) {
        if (error instanceof InvalidSettings) return error.problems;
      }
      return [];
    };
    expect(lacking({ PORT: 'x', MEDINDEX_ADMIN_KEY_FILE: '/no/such.key' })).toEqual([
      expect.stringMatching(/^PORT is not/),
      expect.stringMatching(/^DATABASE_URL is not set.*Example: DATABASE_URL=postgres:/),
      expect.stringMatching(/^MEDINDEX_ENCRYPTION_KEYS is not set.*npm run api -- encryption-key.*Example: /),
      expect.stringMatching(/^MEDINDEX_ADMIN_KEY_FILE names a file that is not there.*init.*Example: /),
    ]);
    const key = `a:${randomBytes(32).toString('base64')}`;
    expect(lacking({ DATABASE_URL: 'postgres://db/medindex', MEDINDEX_ENCRYPTION_KEYS: key })).toEqual([]);
    // A value that is there and wrong is not also missing.
    expect(lacking({ DATABASE_URL: 'mysql://db', MEDINDEX_ENCRYPTION_KEYS: 'x' })).toHaveLength(2);
  });

  it('warns of what looks like a setting and is none, with the one that was meant', () => {
    const { unknown } = loadConfig({
      ...HOME,
      MEDINDEX_DATADIR: '/srv',
      EMBEDING_MODEL: 'm',
      EMBEDDING_MODEL_FOLDER: '/m',
      OCR_LANGUAGE: 'eng',
      DATABASE_URI: 'postgres://db',
      MEDINDEX_URL: 'http://localhost:8080',
      PATH: '/bin',
      MEDINDEX_API_SERVICE_HOST: '10.0.0.7',
      MEDINDEX_API_PORT_8080_TCP_ADDR: '10.0.0.7',
      POST: 'x',
      DATABASE_PASSWORD_FILE: '/run/secrets/db',
      MEDINDEX_XYZ_QQQQQQQQQQQQQQQ: '1',
    });
    expect(unknown).toEqual([
      { name: 'MEDINDEX_DATADIR', nearest: 'MEDINDEX_DATA_DIR' },
      { name: 'EMBEDING_MODEL', nearest: 'EMBEDDING_MODEL' },
      { name: 'EMBEDDING_MODEL_FOLDER', nearest: 'EMBEDDING_MODEL_PATH' },
      { name: 'OCR_LANGUAGE', nearest: 'OCR_LANGUAGES' },
      { name: 'DATABASE_URI', nearest: 'DATABASE_URL' },
      { name: 'MEDINDEX_XYZ_QQQQQQQQQQQQQQQ', nearest: null },
    ]);
    expect(unknownSettingSentence({ name: 'OCR_LANGUAGE', nearest: 'OCR_LANGUAGES' })).toBe(
      'OCR_LANGUAGE is set, but no setting is called so; OCR_LANGUAGES was probably meant.',
    );
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig({ ...HOME, PORT: ' ', DATABASE_URL: '', REDIS_URL: '' })).toMatchObject({
      port: 8080,
      databaseUrl: null,
    });
  });

  it('takes relative paths from the checkout, so that the current folder does not matter', () => {
    expect(loadConfig({ ...HOME, MEDINDEX_DATA_DIR: 'data' }).dataDir).toBe(join(PROJECT_ROOT, 'data'));
    expect(loadConfig({ ...HOME, OBJECT_STORE_URL: 'file:objects' }).objectStore).toEqual({
      kind: 'folder',
      folder: join(PROJECT_ROOT, 'objects'),
    });
    expect(loadConfig({ ...HOME, OBJECT_STORE_URL: 'file:///srv/with%20space' }).objectStore).toEqual({
      kind: 'folder',
      folder: '/srv/with space',
    });
  });

  it('takes further models as folders or, for a server, as names', () => {
    expect(loadConfig({ ...HOME, EMBEDDING_MODELS: 'models/a, /srv/b ,' }).embedding).toMatchObject({
      furtherModels: [join(PROJECT_ROOT, 'models/a'), '/srv/b'],
    });
    expect(loadConfig({ ...HOME, ...OPENAI, EMBEDDING_MODELS: 'small,large' }).embedding).toMatchObject({
      furtherModels: ['small', 'large'],
    });
  });

  it('takes bucket and prefix apart', () => {
    expect(
      loadConfig({ ...HOME, OBJECT_STORE_URL: 's3://bucket/a/b/', S3_ENDPOINT: 'http://127.0.0.1:9000' }).objectStore,
    ).toEqual({
      kind: 's3',
      bucket: 'bucket',
      prefix: 'a/b',
      endpoint: 'http://127.0.0.1:9000',
      publicEndpoint: 'http://127.0.0.1:9000',
    });
    expect(loadConfig({ ...HOME, OBJECT_STORE_URL: 's3://bucket' }).objectStore).toMatchObject({
      prefix: '',
      endpoint: null,
      publicEndpoint: null,
    });
  });

  it('hands on the variables of Temporal, and only those', () => {
    const { temporal } = loadConfig({ ...HOME, TEMPORAL_ADDRESS: 'host:7233', TEMPORAL_API_KEY: 'secret', OTHER: 'x' });
    expect(temporal.address).toBe('host:7233');
    expect(temporal.variables).toEqual({ TEMPORAL_ADDRESS: 'host:7233', TEMPORAL_API_KEY: 'secret' });
  });

  it('reads encryption keys newest first', () => {
    const [one, two] = [randomBytes(32), randomBytes(32)];
    const { encryptionKeys } = loadConfig({
      ...HOME,
      MEDINDEX_ENCRYPTION_KEYS: `new:${one.toString('base64')},old:${two.toString('base64')}`,
    });
    expect(encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(Buffer.from(encryptionKeys[1]?.key ?? []).equals(two)).toBe(true);
  });

  it('reads languages of OCR in both notations', () => {
    expect(loadConfig({ ...HOME, OCR_LANGUAGES: 'eng+por' }).ocr.languages).toEqual(['eng', 'por']);
    expect(loadConfig({ ...HOME, OCR_LANGUAGES: 'eng, por' }).ocr.languages).toEqual(['eng', 'por']);
  });

  it('tells all bad settings at once, each with its name and an example', () => {
    const problems = problemsOf({
      PORT: '80a',
      LOG_LEVEL: 'loud',
      TEMPORAL_ADDRESS: 'localhost',
      S3_ENDPOINT: 'ftp://x',
    });
    expect(problems).toHaveLength(4);
    for (const name of ['PORT', 'LOG_LEVEL', 'TEMPORAL_ADDRESS', 'S3_ENDPOINT']) {
      expect(
        problems.filter((problem) => problem.startsWith(`${name} `) && problem.includes(`Example: ${name}=`)),
      ).toHaveLength(1);
    }
  });

  it.each<[string, Environment]>([
    ['PORT', { PORT: '65536' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
    ['OBJECT_STORE_URL', { OBJECT_STORE_URL: 'gs://bucket' }],
    ['OBJECT_STORE_URL', { OBJECT_STORE_URL: 's3://B' }],
    ['VECTOR_STORE', { VECTOR_STORE: 'faiss' }],
    ['QDRANT_URL', { VECTOR_STORE: 'qdrant' }],
    ['QDRANT_URL', { QDRANT_URL: 'http://user:secret@127.0.0.1:6333' }],
    ['QDRANT_API_KEY', { QDRANT_URL: 'http://127.0.0.1:6333', QDRANT_API_KEY: 'two words' }],
    ['QDRANT_PREFIX', { QDRANT_PREFIX: 'Med_Index' }],
    ['QDRANT_QUANTIZATION', { QDRANT_QUANTIZATION: 'float8' }],
    ['QDRANT_EF', { QDRANT_EF: '1' }],
    ['RERANKER_PROVIDER', { RERANKER_PROVIDER: 'bert' }],
    ['RERANKER_MODEL_PATH', { RERANKER_PROVIDER: 'onnx' }],
    ['RERANKER_BASE_URL', { RERANKER_PROVIDER: 'tei' }],
    ['RERANKER_BASE_URL', { RERANKER_PROVIDER: 'tei', RERANKER_BASE_URL: 'http://user:secret@127.0.0.1' }],
    ['RERANKER_MODEL', { RERANKER_PROVIDER: 'cohere', RERANKER_BASE_URL: 'http://127.0.0.1' }],
    [
      'RERANKER_API_KEY',
      { RERANKER_PROVIDER: 'tei', RERANKER_BASE_URL: 'http://127.0.0.1', RERANKER_API_KEY: 'two words' },
    ],
    ['RERANKER_TIMEOUT_MS', { RERANKER_TIMEOUT_MS: '0' }],
    ['OCR_ENGINE', { OCR_ENGINE: 'abbyy' }],
    ['REDIS_URL', { REDIS_URL: 'http://127.0.0.1:6379' }],
    ['MEDINDEX_CACHE_ENTRIES', { MEDINDEX_CACHE_ENTRIES: '0' }],
    ['MEDINDEX_TRUSTED_PROXIES', { MEDINDEX_TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['MEDINDEX_TRUSTED_PROXIES', { MEDINDEX_TRUSTED_PROXIES: 'proxy.example.org' }],
    ['EMBEDDING_MODEL', { EMBEDDING_PROVIDER: 'openai', EMBEDDING_BASE_URL: 'http://127.0.0.1:1' }],
    ['EMBEDDING_BASE_URL', { EMBEDDING_PROVIDER: 'openai', EMBEDDING_MODEL: 'm' }],
    ['EMBEDDING_BASE_URL', { EMBEDDING_BASE_URL: 'http://127.0.0.1:1' }],
    ['EMBEDDING_BASE_URL', { ...OPENAI, EMBEDDING_BASE_URL: 'http://user:secret@127.0.0.1:1/v1' }],
    ['EMBEDDING_API_KEY', { ...OPENAI, EMBEDDING_API_KEY: 'two words' }],
    ['EMBEDDING_MODELS', { EMBEDDING_MODELS: '/one/model,/two/model' }],
    ['EMBEDDING_MAX_TOKENS', { ...OPENAI, EMBEDDING_MAX_TOKENS: '0' }],
    ['OCR_LANGUAGES', { OCR_LANGUAGES: 'english please!' }],
    ['MEDINDEX_ENCRYPTION_KEYS', { MEDINDEX_ENCRYPTION_KEYS: `a:${randomBytes(16).toString('base64')}` }],
    ['MEDINDEX_MAX_PAGES', { MEDINDEX_MAX_PAGES: '0' }],
    ['MEDINDEX_MAX_UPLOAD_MB', { MEDINDEX_MAX_UPLOAD_MB: '-1' }],
  ])('refuses a bad %s', (name, env) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  it('never repeats a value, which may be a secret', () => {
    const secret = 'hunter2hunter2';
    const problems = problemsOf({ MEDINDEX_ENCRYPTION_KEYS: secret, DATABASE_URL: secret, REDIS_URL: secret });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).not.toContain(secret);
  });
});

describe('userCacheDir', () => {
  it('follows XDG_CACHE_HOME when it is absolute', () => {
    expect(userCacheDir({ ...HOME, XDG_CACHE_HOME: '/var/cache' })).toBe('/var/cache/medindex');
    expect(userCacheDir({ ...HOME, XDG_CACHE_HOME: 'relative' })).toMatch(/^\/home\/someone\/.*medindex$/);
  });
});
