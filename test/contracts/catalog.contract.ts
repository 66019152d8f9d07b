import { expect, it } from 'vitest';
import { actContract } from './acts.contract.js';
import { answerCatalogContract } from './answers.contract.js';
import { auditLogContract } from './audit.contract.js';
import { publicationContract } from './catalog-publication.contract.js';
import type { CatalogUnderTest } from './catalog-world.js';
import { collectionCatalogContract } from './collections.contract.js';
import { documentObjectsContract } from './document-objects.contract.js';
import { documentCatalogContract } from './documents.contract.js';
import { goldenQuestionCatalogContract } from './golden-questions.contract.js';
import { keyCatalogContract } from './keys.contract.js';
import { lexicalIndexContract } from './lexical-index.contract.js';
import { questionCatalogContract } from './questions.contract.js';
import { rescreenCatalogContract } from './rescreens.contract.js';
import { reviewCatalogContract } from './reviews.contract.js';
import { runCatalogContract } from './runs.contract.js';
import { supersessionContract } from './supersession.contract.js';
import { syncCatalogContract } from './syncs.contract.js';
import { uploadCatalogContract } from './uploads.contract.js';
import { vectorIndexesContract } from './vector-indexes.contract.js';
import { vectorIndexContract } from './vector-index.contract.js';
import { versionChunksContract } from './versions-chunks.contract.js';
import { versionLifeContract } from './version-life.contract.js';
import { versionCatalogContract } from './versions.contract.js';
import { webhookCatalogContract } from './webhooks.contract.js';
import { withdrawalsContract } from './withdrawals.contract.js';

/** All roles of a catalog, and a vector index over it. */
export function catalogContract(world: () => CatalogUnderTest): void {
  it('answers a ping', async () => {
    await expect(world().catalog.ping()).resolves.toBeUndefined();
  });
  collectionCatalogContract(world);
  runCatalogContract(world);
  versionCatalogContract(world);
  versionLifeContract(world);
  versionChunksContract(world);
  publicationContract(world);
  withdrawalsContract(world);
  supersessionContract(world);
  documentCatalogContract(world);
  documentObjectsContract(world);
  lexicalIndexContract(world);
  vectorIndexContract(world);
  vectorIndexesContract(world);
  uploadCatalogContract(world);
  keyCatalogContract(world);
  syncCatalogContract(world);
  auditLogContract(world);
  actContract(world);
  reviewCatalogContract(world);
  rescreenCatalogContract(world);
  answerCatalogContract(world);
  goldenQuestionCatalogContract(world);
  questionCatalogContract(world);
  webhookCatalogContract(world);
}
