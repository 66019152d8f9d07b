import { createHash } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { VersionCatalog } from '../../core/ports/version-catalog.js';
import { type Published, type PublishInput, wholeOrganization } from './publish-document.js';

type HeldFinding = Parameters<VersionCatalog['recordScreening']>[0][number]['findings'][number];

/** A document whose only version is held, made by the calls that the activities make. */
export async function holdDocument(
  input: Omit<PublishInput, 'vectorIndex' | 'embedder'> & { readonly findings?: readonly HeldFinding[] },
): Promise<Published> {
  const { catalog, externalId, passages = [] } = input;
  const organizationId = input.organizationId ?? DEFAULT_ORGANIZATION;
  const collection = await catalog.collections.byName(wholeOrganization(organizationId), input.collection);
  if (!collection) throw new Error(`no collection ${input.collection}`);
  const text = passages.join('\n\n');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const object = { key: `held/${organizationId}/test/${sha256}`, sha256, sizeBytes: text.length };
  const { run } = await catalog.runs.accept({
    ...{ organizationId, collectionId: collection.collectionId, object, actor: 'key-1' },
    ...{ sourceKey: `upload:${externalId}`, fileName: `${externalId}.md` },
    metadata: { externalId, title: externalId, custom: input.custom ?? {} },
  });
  const [opened] = await catalog.versions.open({
    organizationId,
    runId: run.runId,
    items: [{ externalId, fingerprint: sha256, recordIndex: 0, pageCount: 0 }],
  });
  if (!opened) throw new Error('no version was opened');
  const { documentId, versionId } = opened;
  await catalog.versions.recordScreening([{ versionId, phiStatus: 'suspected', findings: input.findings ?? [] }]);
  await catalog.versions.hold([{ versionId: versionId, reading: object }]);
  await catalog.runs.finish([{ runId: run.runId, state: 'held' }]);
  return { documentId, versionId, runId: run.runId };
}
