import { homedir, platform } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatSourceUri, type SourceLocation, sourcePrefix } from '../core/contract/source-location.js';
import { PROJECT_ROOT } from './entry-point.js';
import { type EncryptionKey, type Environment, parseEncryptionKeys, SettingsReader } from './settings-reader.js';

export const OCR_ENGINES = ['auto', 'tesseract.js', 'tesseract'] as const;
export type OcrEngineName = (typeof OCR_ENGINES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ObjectStoreConfig =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Without slashes at its ends; empty when objects lie at the top of the bucket. */
      readonly prefix: string;
      /** For MinIO and others; `null` for AWS itself. Credentials and region are the AWS SDK's own variables. */
      readonly endpoint: string | null;
      /** The same store as clients reach it: signed addresses of uploads begin with it. */
      readonly publicEndpoint: string | null;
    };

export type EmbeddingConfig =
  | {
      readonly provider: 'onnx';
      readonly model: string;
      /** Folder with `onnx/` and `tokenizer.json`; `null` where none was provisioned. */
      readonly modelPath: string | null;
      /** Absolute folders of further models, of which collections may be made; a model is called as its folder is. */
      readonly furtherModels: readonly string[];
    }
  | {
      readonly provider: 'openai';
      readonly model: string;
      /** E.g. `https://api.openai.com/v1`. */
      readonly baseUrl: string;
      readonly apiKey: string | null;
      /** Longest input of the model in tokens. */
      readonly maxTokens: number;
      /** Names of further models behind the same address. */
      readonly furtherModels: readonly string[];
    }
  | { readonly provider: 'off' };

export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Absolute; holds keys, the embedded stores and, without OBJECT_STORE_URL, the objects. */
  readonly dataDir: string;
  /** Absolute; what is downloaded or built once per user: Temporal CLI, embedding model. */
  readonly cacheDir: string;
  /** `null`: the embedded Postgres of a local stack. */
  readonly databaseUrl: string | null;
  readonly objectStore: ObjectStoreConfig;
  /** What syncs and `{uri}` uploads may read. */
  readonly sources: {
    /** URIs with which those of readable sources begin. */
    readonly roots: readonly string[];
    /** What is medindex's own is no source of anybody: its objects (all organizations'), keys and databases. */
    readonly own: readonly string[];
    /** `null`: AWS itself. */
    readonly s3Endpoint: string | null;
  };
  readonly temporal: {
    /** `null`: the local stack starts a server of its own. */
    readonly address: string | null;
    readonly namespace: string;
    /** All `TEMPORAL_*` variables, for `loadClientConnectConfig({ overrideEnvVars })` of `@temporalio/envconfig`. */
    readonly variables: Readonly<Record<string, string>>;
    /** The one origin whose browser may call the codec route; `null`: none may. */
    readonly uiUrl: string | null;
  };
  readonly embedding: EmbeddingConfig;
  readonly ocr: {
    /** `auto`: the native binary where it is installed with the data of all languages, tesseract.js otherwise. */
    readonly engine: OcrEngineName;
    /** ISO 639-2 codes as Tesseract names its data, e.g. `eng`. */
    readonly languages: readonly string[];
    /** What a native binary is started with: where programs and Tesseract's data lie, and nothing else. */
    readonly binaryEnvironment: Readonly<Record<string, string>>;
  };
  /** The first one seals, all of them open. Empty only before the first start of a local stack made one. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** File with the admin key, whose hash is stored at start; `null`: keys are made by other means. */
  readonly adminKeyFile: string | null;
  readonly limits: {
    readonly uploadBytes: number;
    readonly pages: number;
  };
}

const MEBIBYTE = 1024 * 1024;

/** The largest sample guideline has 30 MB; a PubMed baseline file 30 MB packed. 512 MB also takes a scanned textbook. */
const DEFAULT_MAX_UPLOAD_MB = 512;

/** A formulary has about 2,000 pages; past 5,000 a file is a bound series that is better cited by its volumes. */
const DEFAULT_MAX_PAGES = 5_000;

/** What BERT's descendants take, and with them most sentence models. */
const DEFAULT_MAX_TOKENS = 512;

/** S3 and Node both take much more; past 5 GiB a single PUT is refused by S3. */
const UPLOAD_CEILING_MB = 5 * 1024;

/**
 * Reads all settings of DESIGN §8 from an environment. Relative paths are relative to the checkout, so that it does
 * not matter from where a process is started.
 * Errors: one `InvalidSettings` that names every bad setting, its problem and an example.
 */
export function loadConfig(env: Environment = process.env): Config {
  const settings = new SettingsReader(env);
  const dataDir = fromCheckout(settings.text('MEDINDEX_DATA_DIR') ?? '.medindex');
  const s3Endpoint = settings.url('S3_ENDPOINT', { protocols: ['http:', 'https:'], example: 'http://127.0.0.1:9000' });
  const s3PublicEndpoint = settings.url('S3_PUBLIC_ENDPOINT', {
    protocols: ['http:', 'https:'],
    example: 'https://files.example.org',
  });
  const objects = objectStore(settings, dataDir, {
    endpoint: s3Endpoint,
    publicEndpoint: s3PublicEndpoint ?? s3Endpoint,
  });
  const config: Config = {
    host: settings.text('HOST') ?? '127.0.0.1',
    port: settings.integer('PORT', { otherwise: 8080, min: 0, max: 65_535 }),
    logLevel: settings.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    dataDir,
    cacheDir: userCacheDir(env),
    databaseUrl: settings.url('DATABASE_URL', {
      protocols: ['postgres:', 'postgresql:'],
      example: 'postgres://user:password@db.example.org:5432/medindex',
    }),
    objectStore: objects,
    sources: { roots: sourceRoots(settings), own: ownPlaces(objects, dataDir), s3Endpoint },
    temporal: {
      address: temporalAddress(settings),
      namespace: settings.text('TEMPORAL_NAMESPACE') ?? 'default',
      variables: temporalVariables(env),
      uiUrl: settings.url('TEMPORAL_UI_URL', { protocols: ['http:', 'https:'], example: 'http://127.0.0.1:8233' }),
    },
    embedding: embedding(settings),
    ocr: {
      engine: settings.choice('OCR_ENGINE', OCR_ENGINES, 'auto'),
      languages: ocrLanguages(settings),
      binaryEnvironment: binaryEnvironment(env),
    },
    encryptionKeys: encryptionKeys(settings),
    adminKeyFile: absoluteOrNull(settings.text('MEDINDEX_ADMIN_KEY_FILE')),
    limits: {
      uploadBytes:
        settings.integer('MEDINDEX_MAX_UPLOAD_MB', {
          otherwise: DEFAULT_MAX_UPLOAD_MB,
          min: 1,
          max: UPLOAD_CEILING_MB,
        }) * MEBIBYTE,
      pages: settings.integer('MEDINDEX_MAX_PAGES', { otherwise: DEFAULT_MAX_PAGES, min: 1, max: 100_000 }),
    },
  };
  refuseUnbuilt(settings);
  settings.throwIfInvalid();
  return config;
}

/** Per-user cache: `$XDG_CACHE_HOME/medindex`, `~/Library/Caches/medindex` on macOS, `~/.cache/medindex` elsewhere. */
export function userCacheDir(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification tells to ignore relative paths.
  if (xdg && isAbsolute(xdg)) return join(xdg, 'medindex');
  const home = env['HOME'] || homedir();
  return platform() === 'darwin' ? join(home, 'Library', 'Caches', 'medindex') : join(home, '.cache', 'medindex');
}

/** TEMPORAL_CLI: the binary that runs the local Temporal server; `null`: it is found or provisioned. */
export function loadTemporalCliPath(env: Environment): string | null {
  return absoluteOrNull(new SettingsReader(env).text('TEMPORAL_CLI'));
}

function objectStore(
  settings: SettingsReader,
  dataDir: string,
  endpoints: { endpoint: string | null; publicEndpoint: string | null },
): ObjectStoreConfig {
  const example = 's3://medindex/production, or file:/srv/medindex/objects';
  const value = settings.text('OBJECT_STORE_URL');
  const folder = (path: string): ObjectStoreConfig => ({ kind: 'folder', folder: path });
  if (value === null) return folder(join(dataDir, 'objects'));
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(value);
  if (s3) return { kind: 's3', bucket: s3[1] ?? '', prefix: (s3[2] ?? '').replace(/^\/+|\/+$/g, ''), ...endpoints };
  if (value.startsWith('file://')) {
    try {
      return folder(fileURLToPath(value));
    } catch {
      settings.problem('OBJECT_STORE_URL', 'is not a valid file URL', example);
      return folder(dataDir);
    }
  }
  if (value.startsWith('file:') && value.length > 'file:'.length)
    return folder(fromCheckout(value.slice('file:'.length)));
  settings.problem('OBJECT_STORE_URL', 'is neither file:… nor s3://bucket/prefix', example);
  return folder(dataDir);
}

/** Every bucket that the credentials reach; folders of this machine where only this machine can ask. */
function sourceRoots(settings: SettingsReader): string[] {
  const value = settings.text('MEDINDEX_SOURCE_ROOTS');
  if (value === null) {
    const host = settings.text('HOST') ?? '127.0.0.1';
    return ['127.0.0.1', '::1', 'localhost'].includes(host) ? ['s3://', 'file:///'] : ['s3://'];
  }
  const roots = value.split(',').map((root) => root.trim());
  const known = roots.map((root) => (root === 's3://' || root === 'file:///' ? root : sourcePrefix(root)));
  if (!known.includes(null)) return known.filter((root) => root !== null);
  settings.problem(
    'MEDINDEX_SOURCE_ROOTS',
    'is not a list of s3://bucket/prefix and file:///folder',
    's3://guidelines/,file:///srv/guidelines/',
  );
  return [];
}

/** As `sourcePrefix` writes them. */
function ownPlaces(objects: ObjectStoreConfig, dataDir: string): string[] {
  const place = (location: SourceLocation): string => `${formatSourceUri(location).replace(/\/+$/, '')}/`;
  return [
    place({ scheme: 'file', path: dataDir }),
    objects.kind === 'folder'
      ? place({ scheme: 'file', path: objects.folder })
      : place({ scheme: 's3', bucket: objects.bucket, key: objects.prefix }),
  ];
}

function temporalAddress(settings: SettingsReader): string | null {
  const address = settings.text('TEMPORAL_ADDRESS');
  if (address !== null && !/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
    settings.problem('TEMPORAL_ADDRESS', 'is not host:port', 'temporal.example.org:7233');
  }
  return address;
}

function temporalVariables(env: Environment): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('TEMPORAL_') && value !== undefined) variables[name] = value;
  }
  return variables;
}

/** What has a name already but no adapter yet: nobody may believe that it works. */
function refuseUnbuilt(settings: SettingsReader): void {
  if (settings.choice('VECTOR_STORE', ['pgvector', 'qdrant'], 'pgvector') === 'qdrant') {
    settings.problem('VECTOR_STORE', 'qdrant is not built in this version: vectors lie in Postgres', 'pgvector');
  }
  if (settings.text('REDIS_URL') !== null) {
    settings.refuse('REDIS_URL', 'is not used in this version: each API process caches for itself. Remove it.');
  }
}

function embedding(settings: SettingsReader): EmbeddingConfig {
  const provider = settings.choice('EMBEDDING_PROVIDER', ['onnx', 'openai', 'off'], 'onnx');
  const model = settings.text('EMBEDDING_MODEL');
  const example = 'https://api.openai.com/v1';
  const baseUrl = settings.url('EMBEDDING_BASE_URL', { protocols: ['http:', 'https:'], example });
  const apiKey = settings.text('EMBEDDING_API_KEY');
  const modelPath = absoluteOrNull(settings.text('EMBEDDING_MODEL_PATH'));
  const maxTokens = settings.integer('EMBEDDING_MAX_TOKENS', {
    otherwise: DEFAULT_MAX_TOKENS,
    min: 32,
    max: 1_000_000,
  });
  const further = (settings.text('EMBEDDING_MODELS') ?? '').split(',').flatMap((name) => name.trim() || []);
  switch (provider) {
    case 'off':
      return { provider };
    case 'onnx':
      // Whoever names a server does not expect a model on this machine.
      if (baseUrl !== null) {
        settings.problem(
          'EMBEDDING_BASE_URL',
          'is only for EMBEDDING_PROVIDER=openai; set that, or unset this',
          example,
        );
      }
      return {
        provider,
        model: model ?? 'all-MiniLM-L6-v2',
        modelPath,
        furtherModels: furtherFolders(settings, further),
      };
    case 'openai':
      if (model === null) {
        settings.problem('EMBEDDING_MODEL', 'is needed when EMBEDDING_PROVIDER is openai', 'text-embedding-3-small');
      }
      if (baseUrl === null) {
        settings.problem('EMBEDDING_BASE_URL', 'is needed when EMBEDDING_PROVIDER is openai', example);
      } else if (!isPlainAddress(baseUrl)) {
        settings.problem(
          'EMBEDDING_BASE_URL',
          'must hold neither a password nor a query; keys go to EMBEDDING_API_KEY',
          example,
        );
      }
      if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) {
        settings.problem('EMBEDDING_API_KEY', 'is not one word of ASCII characters', 'sk-…');
      }
      return { provider, model: model ?? '', baseUrl: baseUrl ?? '', apiKey, maxTokens, furtherModels: further };
  }
}

/** A model is called as its folder is, so two folders of one name would be two models of one name. */
function furtherFolders(settings: SettingsReader, given: readonly string[]): string[] {
  const folders = given.map(fromCheckout);
  const names = new Set(folders.map((folder) => basename(folder)));
  if (names.size < folders.length) {
    settings.problem(
      'EMBEDDING_MODELS',
      'names two folders of the same name, which is the name of the model',
      '/srv/models/multilingual-e5-small,/srv/models/bge-large-en-v1.5',
    );
  }
  return folders;
}

/** Addresses stand in errors; what is secret must not stand in them. */
function isPlainAddress(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return username === '' && password === '' && search === '' && hash === '';
}

function binaryEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'TESSDATA_PREFIX'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

function ocrLanguages(settings: SettingsReader): string[] {
  const languages = (settings.text('OCR_LANGUAGES') ?? 'eng+por')
    .split(/[,+\s]+/)
    .filter((language) => language !== '');
  if (languages.length === 0 || languages.some((language) => !/^[a-zA-Z_]{3,20}$/.test(language))) {
    settings.problem('OCR_LANGUAGES', 'is not a list of Tesseract languages', 'eng, or eng+por');
  }
  return languages;
}

function encryptionKeys(settings: SettingsReader): readonly EncryptionKey[] {
  const value = settings.text('MEDINDEX_ENCRYPTION_KEYS');
  if (value === null) return [];
  const keys = parseEncryptionKeys(value);
  if (typeof keys !== 'string') return keys;
  settings.problem(
    'MEDINDEX_ENCRYPTION_KEYS',
    keys,
    '2026-11:<32 random bytes in base64>, newest first, comma between',
  );
  return [];
}

function fromCheckout(path: string): string {
  return resolve(PROJECT_ROOT, path);
}

function absoluteOrNull(path: string | null): string | null {
  return path === null ? null : fromCheckout(path);
}
