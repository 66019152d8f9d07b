import { createHash } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { SAFETY_LEVELS, type SafetyLevel } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Embedder } from '../../core/ports/embedder.js';
import type { VectorIndex } from '../../core/ports/vector-index.js';
import type { VersionDescription } from '../../core/ports/version-catalog.js';
import type { DraftBlock } from '../../core/contract/block.js';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import type { DocumentMetadata } from '../../core/contract/reading.js';

export interface PublishInput {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  /** `null`: without vectors. */
  readonly embedder: Embedder | null;
  readonly organizationId?: string;
  readonly collection: string;
  readonly externalId: string;
  /** One chunk each. */
  readonly passages?: readonly string[];
  /** Instead of passages: chunked as an ingest does, at most so many tokens by estimate. */
  readonly reading?: { readonly blocks: readonly DraftBlock[]; readonly maxTokens: number };
  readonly metadata?: DocumentMetadata;
  /** As if from the upload. */
  readonly custom?: Record<string, unknown>;
  readonly pages?: number;
  /** Where its reading lies, with what became of its words. Default: nowhere. */
  readonly stored?: Pick<VersionDescription, 'readingRef' | 'wordCounts'>;
  readonly language?: string;
  /** `contains_phi`: with findings that its collection lets in. Default: clear. */
  readonly phiStatus?: 'clear' | 'contains_phi';
}

export interface Published {
  readonly documentId: string;
  readonly versionId: string;
  readonly runId: string;
}

export function wholeOrganization(organizationId: string = DEFAULT_ORGANIZATION): AccessScope {
  const safetyLevel = SAFETY_LEVELS.at(-1) as SafetyLevel;
  return { organizationId, collections: 'all', safetyLevel };
}

/** Publishes a document by the calls that the activities make, without the engine. */
export async function publishDocument(input: PublishInput): Promise<Published> {
  const { catalog, vectorIndex, embedder, externalId, passages = [] } = input;
  const organizationId = input.organizationId ?? DEFAULT_ORGANIZATION;
  const collection = await catalog.collections.byName(wholeOrganization(organizationId), input.collection);
  if (!collection) throw new Error(`no collection ${input.collection}`);
  const { collectionId } = collection;
  const reading = input.reading && assembleText(input.reading.blocks, input.metadata ?? {});
  const text = reading?.text ?? passages.join('\n\n');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const object = { key: `sources/${organizationId}/test/${sha256}`, sha256, sizeBytes: text.length };

  const { run } = await catalog.runs.accept({
    organizationId,
    collectionId,
    sourceKey: `upload:${externalId}`,
    fileName: `${externalId}.md`,
    object,
    metadata: { externalId, custom: input.custom ?? {} },
    actor: 'key-1',
  });
  const pageCount = input.pages ?? 0;
  const [opened] = await catalog.versions.open({
    organizationId,
    runId: run.runId,
    items: [{ externalId, fingerprint: sha256, recordIndex: 0, pageCount }],
  });
  if (!opened) throw new Error('no version was opened');
  const { documentId, versionId } = opened;
  await catalog.versions.recordPages(
    versionId,
    Array.from({ length: pageCount }, (_, index) => ({
      page: index + 1,
      outcome: 'native' as const,
      reason: 'text layer covers the page',
      scores: { textCoverage: 0.5 },
      width: 612,
      height: 792,
    })),
  );
  await catalog.versions.describe([
    {
      versionId,
      metadata: input.metadata ?? { title: `About ${externalId}` },
      language: input.language ?? 'en',
      readingRef: object,
      ...input.stored,
    },
  ]);
  await catalog.versions.recordScreening([{ versionId, phiStatus: input.phiStatus ?? 'clear', findings: [] }]);

  let start = 0;
  const given = passages.map((passage, ordinal) => {
    const chunk = {
      ordinal,
      text: passage,
      prefix: '',
      start,
      end: start + passage.length,
      tokenCount: passage.split(' ').length + 2,
      sectionPath: ['Dosing'],
      pages: pageCount > 0 ? [Math.min(ordinal + 1, pageCount)] : [],
      boxes: [],
    };
    start = chunk.end + 2;
    return chunk;
  });
  const chunks =
    reading && input.reading
      ? await chunkReading(reading, { tokenizer: new EstimatingTokenizer(), maxTokens: input.reading.maxTokens })
      : given;
  await catalog.versions.saveChunks(organizationId, [{ versionId, documentId, chunks, text }]);
  if (embedder) {
    const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, embedder.model);
    await vectorIndex.prepare(spec);
    const pending = await catalog.versions.pendingEmbeddings(spec, [versionId], chunks.length);
    const vectors = await embedder.embed(
      pending.map((one) => one.input),
      'passage',
    );
    await vectorIndex.insert(
      spec,
      pending.map(({ chunkId }, index) => ({ chunkId, documentId, vector: vectors[index] as Float32Array })),
    );
  }
  const outcomes = await catalog.versions.publish(organizationId, collectionId, [versionId]);
  if (outcomes[0]?.state !== 'published') throw new Error(`the version ended ${outcomes[0]?.state}`);
  await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);
  return { documentId, versionId, runId: run.runId };
}
