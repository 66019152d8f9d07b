import { type CacheConfig, cacheConfig, redisUrl } from './config/cache-config.js';
import { workerMetrics } from './config/metrics-config.js';
import { type EmbeddingConfig, embeddingConfig } from './config/embedding-config.js';
import { encryptionKeys } from './config/keys-config.js';
import { type Limits, limits } from './config/limits-config.js';
import { type ObjectStoreConfig, objectStoreConfig, s3Endpoint } from './config/object-store-config.js';
import { type OcrConfig, ocrConfig } from './config/ocr-config.js';
import { absoluteOrNull, fromCheckout, userCacheDir } from './config/paths.js';
import { type RerankingConfig, rerankingConfig } from './config/reranking-config.js';
import { type ScreeningConfig, screeningConfig } from './config/screening-config.js';
import { neededByProcesses } from './config/needed-settings.js';
import { type SourcesConfig, sourcesConfig } from './config/sources-config.js';
import { type TemporalConfig, temporalConfig } from './config/temporal-config.js';
import { type UnknownSetting, unknownSettings } from './config/unknown-settings.js';
import { type VectorStoreConfig, vectorStoreConfig } from './config/vector-store-config.js';
import { type WebhooksConfig, webhooksConfig } from './config/webhooks-config.js';
import { type EncryptionKey, type Environment, SettingsReader } from './settings-reader.js';

export type { EmbeddingConfig } from './config/embedding-config.js';
export type { ObjectStoreConfig } from './config/object-store-config.js';
export type { VectorStoreConfig } from './config/vector-store-config.js';
export { userCacheDir } from './config/paths.js';
export { loadTemporalCliPath } from './config/temporal-config.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Nobody who waits for a document notices it beside the second that reading takes; an editor's script sends dozens meanwhile. */
const GATHER_UPLOADS_MS = 200;

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
  readonly sources: SourcesConfig;
  readonly temporal: TemporalConfig;
  readonly vectorStore: VectorStoreConfig;
  readonly embedding: EmbeddingConfig;
  readonly reranking: RerankingConfig;
  readonly ocr: OcrConfig;
  readonly screening: ScreeningConfig;
  /** The first one seals, all of them open. Empty only before the first start of a local stack made one. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** File with the admin key, whose hash is stored at start; `null`: keys are made by other means. */
  readonly adminKeyFile: string | null;
  readonly limits: Limits;
  readonly webhooks: WebhooksConfig;
  /** How long a small upload waits for others to start with, at most; 0: each starts at once and alone. */
  readonly gatherUploadsMs: number;
  readonly cache: CacheConfig;
  /** What API processes share lies there; `null`: in Postgres. */
  readonly redisUrl: string | null;
  /** `host:port` where a worker serves its figures to Prometheus; `null`: nowhere. */
  readonly workerMetrics: string | null;
  /** Migrations run when a process starts; else it refuses a schema that is not its own (`npm run migrate`). */
  readonly migratesAtStart: boolean;
  /** The Temporal namespace is taken over from the system that kept it so far. */
  readonly takesNamespace: boolean;
  /** Variables that look like settings and are none: for a warning. */
  readonly unknown: readonly UnknownSetting[];
}

/**
 * Reads all settings (docs/settings.md) from an environment; `config/` has a file for each area. Relative paths are
 * relative to the checkout, so that it does not matter from where a process is started. A `process` (API, worker) needs
 * settings that a local `stack` gives to its own.
 * Errors: one `InvalidSettings` that names every bad setting, its problem and an example.
 */
export function loadConfig(env: Environment = process.env, use: 'stack' | 'process' = 'stack'): Config {
  const settings = new SettingsReader(env);
  const dataDir = fromCheckout(settings.text('MEDINDEX_DATA_DIR') ?? '.medindex');
  const endpoint = s3Endpoint(settings);
  const adminKeyFile = absoluteOrNull(settings.text('MEDINDEX_ADMIN_KEY_FILE'));
  const objects = objectStoreConfig(settings, { dataDir, endpoint });
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
    sources: sourcesConfig(settings, { objects, dataDir, adminKeyFile, endpoint }),
    temporal: temporalConfig(settings, env),
    vectorStore: vectorStoreConfig(settings),
    embedding: embeddingConfig(settings),
    reranking: rerankingConfig(settings),
    ocr: ocrConfig(settings, env),
    screening: screeningConfig(settings),
    encryptionKeys: encryptionKeys(settings),
    adminKeyFile,
    limits: limits(settings),
    webhooks: webhooksConfig(settings),
    gatherUploadsMs: settings.integer('MEDINDEX_GATHER_UPLOADS_MS', {
      otherwise: GATHER_UPLOADS_MS,
      min: 0,
      max: 500,
    }),
    cache: cacheConfig(settings),
    redisUrl: redisUrl(settings),
    workerMetrics: workerMetrics(settings),
    migratesAtStart: settings.flag('MEDINDEX_MIGRATE_AT_START'),
    takesNamespace: settings.flag('MEDINDEX_TAKE_NAMESPACE'),
    unknown: [],
  };
  if (use === 'process') neededByProcesses(settings, config);
  settings.throwIfInvalid();
  return { ...config, unknown: unknownSettings(env, settings.asked()) };
}
