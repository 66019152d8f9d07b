import type { ChunkingStrategy } from '../../core/contract/chunk.js';
import type { PhiPolicy, QueryScreening, SafetyLevel, SourceType } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import type { ChangeCollection, CollectionBody } from '../schemas/collection.js';
import { printLine, type Terminal } from './terminal.js';

export interface CollectionOptions {
  readonly sourceType?: SourceType;
  readonly language?: string;
  readonly phiPolicy?: PhiPolicy;
  readonly phiPolicyReason?: string;
  readonly safetyLevel?: SafetyLevel;
  readonly chunking?: ChunkingStrategy;
  readonly maxTokens?: number;
  readonly overlapTokens?: number;
  readonly embeddingModel?: string;
  /** Days. */
  readonly reviewCycle?: number | 'never';
  /** Days. */
  readonly retention?: number;
  readonly fourEyes?: 'on' | 'off';
  /** Hours. */
  readonly reviewDue?: number;
  readonly screenQueries?: QueryScreening;
  /** 0…1. */
  readonly answerThreshold?: number | 'default';
  readonly rerank?: 'on' | 'off';
}

interface CollectionCommandInput {
  readonly client: MedindexClient;
  readonly name: string;
  readonly options: CollectionOptions;
  readonly terminal: Terminal;
}

export async function listCollections(input: { client: MedindexClient; terminal: Terminal }): Promise<number> {
  const { collections } = await input.client.collections();
  for (const collection of collections) {
    const { documents, chunks } = collection;
    printLine(input.terminal.stdout, `${describe(collection)}  ${documents} documents, ${chunks} passages`);
  }
  return 0;
}

export async function createCollection({ client, name, options, terminal }: CollectionCommandInput): Promise<number> {
  const { sourceType = 'other', ...settings } = settingsOf(options);
  const model = options.embeddingModel === undefined ? {} : { embeddingModel: options.embeddingModel };
  printLine(terminal.stdout, describe(await client.createCollection({ name, sourceType, ...settings, ...model })));
  return 0;
}

export async function updateCollection({ client, name, options, terminal }: CollectionCommandInput): Promise<number> {
  const { retentionDays, ...others } = settingsOf(options);
  const changes = { ...others, ...(retentionDays === undefined ? {} : { retentionDays }) };
  printLine(terminal.stdout, describe(await client.changeCollection(name, changes)));
  if (Object.keys(others).length > 0) printLine(terminal.stderr, 'It holds for what is ingested from now on.');
  if (retentionDays !== undefined) printLine(terminal.stderr, 'The retention holds for what was deleted before, too.');
  return 0;
}

function settingsOf({
  maxTokens,
  overlapTokens,
  reviewCycle,
  retention,
  fourEyes,
  reviewDue,
  screenQueries,
  answerThreshold,
  rerank,
  ...same
}: CollectionOptions): ChangeCollection {
  const chunking = {
    ...(same.chunking === undefined ? {} : { strategy: same.chunking }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(overlapTokens === undefined ? {} : { overlapTokens }),
  };
  const { sourceType, language, phiPolicy, phiPolicyReason, safetyLevel } = same;
  return {
    ...(sourceType === undefined ? {} : { sourceType }),
    ...(language === undefined ? {} : { language }),
    ...(phiPolicy === undefined ? {} : { phiPolicy }),
    ...(phiPolicyReason === undefined ? {} : { phiPolicyReason }),
    ...(safetyLevel === undefined ? {} : { safetyLevel }),
    ...(Object.keys(chunking).length === 0 ? {} : { chunking }),
    ...(retention === undefined ? {} : { retentionDays: retention }),
    ...(fourEyes === undefined ? {} : { fourEyes: fourEyes === 'on' }),
    ...(reviewDue === undefined ? {} : { reviewDueHours: reviewDue }),
    ...(screenQueries === undefined ? {} : { screenQueries }),
    ...(answerThreshold === undefined
      ? {}
      : { answerThreshold: answerThreshold === 'default' ? null : answerThreshold }),
    ...(rerank === undefined ? {} : { rerank: rerank === 'on' }),
    ...(reviewCycle === undefined ? {} : { reviewCycleDays: reviewCycle === 'never' ? null : reviewCycle }),
  };
}

function describe(collection: CollectionBody): string {
  const { name, sourceType, language, phiPolicy, safetyLevel, reviewCycleDays, chunking, embeddingModel } = collection;
  const { strategy, maxTokens, overlapTokens } = chunking;
  const kept = `deleted: erased ${collection.retentionDays === 0 ? 'at once' : `after ${collection.retentionDays} days`}`;
  const cut = `chunks: ${strategy} ${maxTokens}${overlapTokens > 0 ? `+${overlapTokens}` : ''}`;
  const model = embeddingModel === null ? '' : `  model: ${embeddingModel}`;
  const review = reviewCycleDays === null ? 'no review cycle' : `review every ${reviewCycleDays} days`;
  return `${name}  ${sourceType}  ${language}  patient data: ${phiPolicy}${collection.fourEyes ? ', two reviewers' : ''}  ${safetyLevel}  ${review}  ${kept}  ${cut}${model}`;
}
