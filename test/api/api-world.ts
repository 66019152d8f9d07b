import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../api/app.js';
import type { ApiDependencies } from '../../api/dependencies.js';
import { AnswerCache } from '../../api/cache/answer-cache.js';
import type { AnswerOverflow } from '../../api/cache/answer-overflow.js';
import type { Caching } from '../../api/cache/caching.js';
import { EpochFollower } from '../../api/cache/epoch-follower.js';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { KeyScope, SafetyLevel } from '../../core/contract/states.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import { keyedHasher } from '../../infra/encryption/keyed-hasher.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { KnownTokenCounters } from '../../infra/embedding/tokenizer/known-token-counters.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { createSourceStore } from '../../infra/objectstore/create-source-store.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { ReaderPassagePictures } from '../../infra/readers/reader-passage-pictures.js';
import { ScratchFiles } from '../../infra/objectstore/scratch-files.js';
import { createCertificateSigner } from '../../infra/encryption/certificate-signer.js';
import { wordLists } from '../../infra/screening/word-lists.js';
import { createSealedTexts } from '../../infra/encryption/sealed-texts.js';
import { createSpanHasher } from '../../infra/encryption/span-hasher.js';
import { createObjectStore } from '../../infra/objectstore/create-object-store.js';
import { PartObjectsUploadStore } from '../../infra/objectstore/part-objects-upload-store.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { createLog } from '../../infra/telemetry/log.js';
import { createCodecRoute } from '../../infra/temporal/codec-route.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { FakeWorkflowStarter } from '../fakes/fake-workflow-starter.js';
import { expectDocumented } from './documented-codes.js';
import { type TestDatabase, openTestDatabase } from '../harness/postgres.js';

export const UI_ORIGIN = 'http://127.0.0.1:8233';
export const CODEC_TOKEN = randomBytes(32).toString('base64url');
export const UPLOAD_BYTES = 64 * 1024;
/** The text of the admin key of the organization `default`. */
export const ADMIN_KEY = `mk_${randomBytes(32).toString('base64url')}`;

/** A busy machine may need seconds for a reading, and a test that is not about that must not lose its cache meanwhile. */
const TRUST_IN_TESTS_MS = 60_000;

export interface MakeKeyInput {
  readonly organizationId?: string;
  readonly scopes: readonly KeyScope[];
  readonly collections?: 'all' | readonly string[];
  readonly safetyLevel?: SafetyLevel;
  readonly expiresAt?: Date;
}

/** The API over a real Postgres (PGlite) and a real folder store, with an engine that records and a small embedder. */
export class ApiWorld {
  readonly starter = new FakeWorkflowStarter();
  readonly logLines: string[] = [];
  readonly tokenCounters = new KnownTokenCounters({ own: null, collectionModels: new LoadedModels([]) });
  readonly #apps: FastifyInstance[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly folder: string,
    readonly keyring: Keyring,
    readonly embedder: FakeEmbedder,
  ) {
    this.catalog = createPostgresCatalog({ pool: database.pool });
    this.vectorIndex = new PgVectorIndex({ pool: database.pool });
    this.objects = createObjectStore({ kind: 'folder', folder: join(folder, 'objects') }, { keyring });
    this.pictures = new ReaderPassagePictures(
      new ChildProcessDocumentReader({ childrenPerKind: 1 }),
      new ScratchFiles({
        store: this.objects,
        keyring,
        folder: join(folder, 'scratch'),
        maxTotalBytes: 64 * 1024 ** 2,
      }),
    );
  }

  readonly catalog: Catalog;
  readonly vectorIndex: PgVectorIndex;
  readonly objects: ReturnType<typeof createObjectStore>;
  readonly pictures: ReaderPassagePictures;
  app!: FastifyInstance;

  static async open(given?: TestDatabase): Promise<ApiWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'medindex-api-'));
    const database = given ?? (await openTestDatabase());
    const world = new ApiWorld(database, folder, new Keyring([generateEncryptionKey()]), new FakeEmbedder());
    await prepareFirstStart(world.catalog, ADMIN_KEY);
    world.app = await world.build();
    return world;
  }

  /** For what asks no store: the app is built, and nothing connects. */
  static async withoutServers(): Promise<ApiWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'medindex-api-'));
    const pool = new Pool({ connectionString: 'postgres://127.0.0.1:1/none' });
    const database: TestDatabase = { kind: 'native', databaseUrl: '', pool, close: async () => undefined };
    const world = new ApiWorld(database, folder, new Keyring([generateEncryptionKey()]), new FakeEmbedder());
    world.app = await world.build();
    return world;
  }

  /** Another instance of the API over the same stores, with some parts replaced. */
  async build(changes: Partial<ApiDependencies> = {}): Promise<FastifyInstance> {
    const app = await buildApp({
      catalog: this.catalog,
      vectorIndex: this.vectorIndex,
      vectorStores: ['pgvector'],
      embedder: this.embedder,
      phiModel: null,
      collectionModels: new LoadedModels([]),
      tokenCounters: this.tokenCounters,
      objects: this.objects,
      sources: createSourceStore({ roots: ['file:///'], own: [], s3: { endpoint: null } }),
      uploads: new PartObjectsUploadStore(this.objects),
      pictures: this.pictures,
      starter: this.starter,
      // Each starts at once, but where a test is about that.
      gatherUploadsMs: 0,
      caching: null,
      stores: () => [],
      limiting: null,
      trustedProxies: [],
      hashSpan: createSpanHasher(this.keyring),
      hashLink: keyedHasher(this.keyring, 'page-links'),
      told: createSealedTexts(this.keyring, 'told-answer'),
      certificates: createCertificateSigner(this.keyring),
      questionTexts: createSealedTexts(this.keyring, 'asked-question'),
      wordLists,
      goldenTexts: createSealedTexts(this.keyring, 'golden-question'),
      webhookSecrets: createSealedTexts(this.keyring, 'webhook-secret'),
      webhooks: { allowPrivate: false },
      codec: createCodecRoute(this.keyring),
      uiOrigin: UI_ORIGIN,
      codecToken: CODEC_TOKEN,
      adminKey: ADMIN_KEY,
      consoleFolder: null,
      clientPackage: null,
      limits: { uploadBytes: UPLOAD_BYTES },
      log: createLog({ name: 'api', level: 'trace', stream: { write: (line) => void this.logLines.push(line) } }),
      version: '9.9.9',
      ...changes,
    });
    this.#apps.push(app);
    if (changes.caching) this.#cachingOf.set(app, changes.caching);
    return app;
  }

  /** A cache like that of a process of its own, over what all of them share. */
  async openCaching(
    shared: SharedCache | null,
    input: { freshnessMs?: number; trustMs?: number; reusesInOtherWords?: boolean; overflow?: AnswerOverflow } = {},
  ): Promise<Caching> {
    const { freshnessMs = 0, trustMs = TRUST_IN_TESTS_MS, reusesInOtherWords = false, overflow = null } = input;
    const follower = new EpochFollower({ catalog: this.catalog.cache, freshnessMs, trustMs });
    await follower.start();
    const answers = new AnswerCache({
      limits: { entries: 2_000, sizeBytes: 16 * 1024 ** 2, ttlMs: 60_000, sharedTtlMs: 60_000 },
      shared,
      overflow,
      hash: keyedHasher(this.keyring, 'answers'),
    });
    const caching = { follower, answers, reusesInOtherWords };
    this.#cachings.push(caching);
    return caching;
  }

  readonly #cachings: Caching[] = [];
  readonly #cachingOf = new Map<FastifyInstance, Caching>();

  cachingOf(app: FastifyInstance): Caching | undefined {
    return this.#cachingOf.get(app);
  }

  async close(): Promise<void> {
    for (const app of this.#apps) await app.close();
    for (const { answers, follower } of this.#cachings) {
      await answers.settled();
      await follower.stop();
    }
    await this.pictures.close();
    await this.objects.close();
    await this.catalog.close();
    await this.database.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Stores a new key and returns its text. */
  async makeKey(input: MakeKeyInput): Promise<string> {
    return (await this.makeKeyWithId(input)).text;
  }

  async makeKeyWithId(input: MakeKeyInput): Promise<{ keyId: string; text: string }> {
    const text = `mk_${randomBytes(32).toString('base64url')}`;
    const keyId = randomUUID();
    await this.catalog.keys.store(
      {
        keyId,
        organizationId: input.organizationId ?? DEFAULT_ORGANIZATION,
        name: 'test',
        scopes: input.scopes,
        collections: input.collections ?? 'all',
        safetyLevel: input.safetyLevel ?? 'clinical_staff_only',
        expiresAt: input.expiresAt ?? null,
      },
      createHash('sha256').update(text).digest(),
      'system',
    );
    return { keyId, text };
  }

  /** A request with the admin key, or with `key`; `null`: with none. */
  async call(
    options: Omit<InjectOptions, 'headers'> & {
      key?: string | null;
      headers?: Record<string, string>;
      app?: FastifyInstance;
    },
  ): Promise<LightMyRequestResponse> {
    const { key = ADMIN_KEY, headers = {}, app = this.app, ...request } = options;
    const response = await app.inject({
      ...request,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    });
    if (typeof request.url === 'string') {
      await expectDocumented(app, { method: request.method ?? 'GET', url: request.url }, response);
    }
    return response;
  }

  async listKeys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.objects.list(prefix)) keys.push(key);
    return keys;
  }
}
