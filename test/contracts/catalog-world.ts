import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Chunk, DEFAULT_CHUNKING } from '../../core/contract/chunk.js';
import type { PhiStatus, SafetyLevel } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Collection, CollectionSettings } from '../../core/ports/collection-catalog.js';
import type { Run, UploadMetadata } from '../../core/ports/run-catalog.js';
import type { OpenedVersion, RunVersionCounts } from '../../core/ports/version-catalog.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import type { ScoredChunk, VectorIndex } from '../../core/ports/vector-index.js';
import { type NearestInput, nearestVisible, planVectorFilter } from '../../core/retrieval/nearest-visible.js';
import type { DocumentMetadata, PageRecord } from '../../core/contract/reading.js';

/** What the suites of the catalog's roles run on. */
export interface CatalogUnderTest {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  /** To look behind the catalog's back. */
  readonly pool: Pool;
}

export const SETTINGS: CollectionSettings = {
  sourceType: 'guideline',
  language: 'en',
  phiPolicy: 'block',
  phiPolicyReason: null,
  chunking: DEFAULT_CHUNKING,
  embeddingModel: null,
  safetyLevel: 'public',
  reviewCycleDays: null,
  retentionDays: 30,
  fourEyes: false,
  reviewDueHours: 72,
  screenQueries: 'off',
  answerThreshold: null,
  rerank: true,
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const scopeOf = (collection: Collection, safetyLevel: SafetyLevel = 'clinical_staff_only'): AccessScope => ({
  organizationId: collection.organizationId,
  collections: 'all',
  safetyLevel,
});

/** The entries of a new organization's audit log behind that of its one collection. */
export const AFTER_ITS_CREATION = { after: 1, limit: 10 };

export async function newCollection(
  { catalog }: CatalogUnderTest,
  settings: Partial<CollectionSettings> = {},
  organizationId = `org-${randomBytes(6).toString('hex')}`,
): Promise<Collection> {
  const name = `c-${randomBytes(6).toString('hex')}`;
  const collection = await catalog.collections.create(organizationId, name, { ...SETTINGS, ...settings }, 'key-1');
  if (!collection) throw new Error('the name was taken');
  return collection;
}

export async function acceptRun(
  { catalog }: CatalogUnderTest,
  collection: Collection,
  input: { slot?: string; bytes?: string; metadata?: UploadMetadata; urgent?: boolean } = {},
): Promise<Run> {
  const slot = input.slot ?? randomUUID();
  const bytes = input.bytes ?? randomUUID();
  const { run } = await catalog.runs.accept({
    organizationId: collection.organizationId,
    collectionId: collection.collectionId,
    sourceKey: `upload:${slot}`,
    fileName: `${slot}.md`,
    object: {
      key: `sources/${collection.organizationId}/${randomUUID()}`,
      sha256: sha256(bytes),
      sizeBytes: bytes.length,
    },
    metadata: input.metadata ?? { custom: {} },
    actor: 'key-1',
    ...(input.urgent === undefined ? {} : { urgent: input.urgent }),
  });
  return run;
}

export async function openVersion(
  { catalog }: CatalogUnderTest,
  run: Run,
  input: { externalId?: string; fingerprint?: string; pageCount?: number } = {},
): Promise<OpenedVersion> {
  const [opened] = await catalog.versions.open({
    organizationId: run.organizationId,
    runId: run.runId,
    items: [
      {
        externalId: input.externalId ?? run.fileName,
        fingerprint: input.fingerprint ?? sha256(`fingerprint of ${run.object.sha256}`),
        recordIndex: 0,
        pageCount: input.pageCount ?? 0,
      },
    ],
  });
  if (!opened) throw new Error('no version was opened');
  return opened;
}

/** Chunks of paragraphs that stand one after the other in a text, two characters apart. */
export function chunksOf(paragraphs: readonly string[], sectionPath: readonly string[] = []): Chunk[] {
  let start = 0;
  return paragraphs.map((text, ordinal) => {
    const chunk: Chunk = {
      ordinal,
      text,
      prefix: '',
      start,
      end: start + text.length,
      tokenCount: text.split(' ').length + 2,
      sectionPath,
      pages: [],
      boxes: [],
    };
    start = chunk.end + 2;
    return chunk;
  });
}

export interface MakeInput {
  readonly paragraphs: readonly string[];
  readonly sectionPath?: readonly string[];
  readonly metadata?: DocumentMetadata;
  readonly language?: string;
  /** As screening left it; default `clear`. */
  readonly phiStatus?: PhiStatus;
}

/** All that a version needs before it can be published, except for its ledger. */
export async function makeVersion(
  { catalog }: CatalogUnderTest,
  run: Run,
  version: OpenedVersion,
  input: MakeInput,
): Promise<void> {
  const { versionId, documentId } = version;
  await catalog.versions.recordScreening([{ versionId, phiStatus: input.phiStatus ?? 'clear', findings: [] }]);
  await catalog.versions.describe([
    {
      versionId,
      metadata: input.metadata ?? {},
      language: input.language ?? 'en',
      readingRef: { key: `work/${run.organizationId}/${versionId}`, sha256: sha256(versionId), sizeBytes: 1 },
    },
  ]);
  await catalog.versions.saveChunks(run.organizationId, [
    {
      versionId,
      documentId,
      chunks: chunksOf(input.paragraphs, input.sectionPath),
      text: input.paragraphs.join('\n\n'),
    },
  ]);
}

export async function publish({ catalog }: CatalogUnderTest, run: Run, versionIds: readonly string[]) {
  const outcomes = await catalog.versions.publish(run.organizationId, run.collectionId, versionIds);
  return outcomes.map((outcome) => outcome.state);
}

/** From upload to published; the whole path in one call. */
export async function ingest(
  world: CatalogUnderTest,
  collection: Collection,
  input: MakeInput & { slot?: string; upload?: UploadMetadata },
): Promise<{ run: Run; version: OpenedVersion; state: string | undefined }> {
  const bytes = JSON.stringify([input.paragraphs, input.metadata]);
  const run = await acceptRun(world, collection, {
    bytes,
    ...(input.slot === undefined ? {} : { slot: input.slot }),
    ...(input.upload === undefined ? {} : { metadata: input.upload }),
  });
  const version = await openVersion(world, run);
  if (version.outcome === 'open') await makeVersion(world, run, version, input);
  const [state] = version.outcome === 'open' ? await publish(world, run, [version.versionId]) : [version.outcome];
  await world.catalog.runs.finish([{ runId: run.runId, state: state === 'published' ? 'published' : 'superseded' }]);
  return { run, version, state };
}

export const page = (
  number: number,
  outcome: PageRecord['outcome'],
  reason = 'text layer covers the page',
): PageRecord => ({
  page: number,
  outcome,
  reason,
  scores: { textCoverage: 0.5 },
  width: 612,
  height: 792,
});

/** Texts of the chunks that a lexical search finds, best first. */
export async function findTexts(
  { catalog }: CatalogUnderTest,
  scope: AccessScope,
  query: string,
  filter: Parameters<Catalog['lexical']['search']>[2] = {},
): Promise<string[]> {
  const hits = await searchWords(catalog, scope, query, filter, 20);
  const chunks = await catalog.documents.liveChunks(
    scope,
    hits.map((hit) => hit.chunkId),
  );
  return chunks.map((chunk) => chunk.text);
}

/** The two steps of a search by words. */
export async function searchWords(
  { lexical }: Pick<Catalog, 'lexical'>,
  scope: AccessScope,
  question: string,
  filter: SearchFilter,
  k: number,
): Promise<ScoredChunk[]> {
  return lexical.search(scope, await lexical.analyse(scope, question), filter, k);
}

/** A search by vectors, as a leg of retrieval makes it. */
export async function nearestInScope(
  { catalog, vectorIndex }: Pick<CatalogUnderTest, 'catalog' | 'vectorIndex'>,
  input: Omit<NearestInput, 'plan'>,
): Promise<readonly ScoredChunk[]> {
  const ports = { vectorIndex, candidates: catalog.candidates };
  const plan = planVectorFilter(catalog.candidates, input);
  return (await nearestVisible(ports, { ...input, plan })).nearest;
}

/** How the versions of one run stand. */
export async function countsOf(catalog: Catalog, runId: string): Promise<RunVersionCounts | undefined> {
  return (await catalog.versions.countByState([runId])).get(runId);
}
