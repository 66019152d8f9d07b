import { Context } from '@temporalio/activity';
import type { Finding } from '../../core/contract/finding.js';
import type { DocumentId, OrganizationId } from '../../core/contract/ids.js';
import type { Reading } from '../../core/contract/reading.js';
import type { ScreenedSpan } from '../../core/ports/version-catalog.js';
import { screenDocument, screenedFields, type UploadNames } from '../../core/screening/screen-document.js';
import { spanIdentity } from '../../core/screening/span-identity.js';
import type { ScreeningDependencies } from '../dependencies.js';

export interface Searched {
  readonly documentId: DocumentId;
  readonly findings: readonly (Finding & ScreenedSpan)[];
}

/** What screening finds in a reading and in what came with it, each span with the keyed hash of its words. */
export function createFindPatientData({ screening, hashSpan }: Pick<ScreeningDependencies, 'screening' | 'hashSpan'>) {
  return async function findPatientData(
    organizationId: OrganizationId,
    reading: Reading,
    upload: UploadNames | null,
    pause: () => Promise<void>,
  ): Promise<(Finding & { readonly spanHash: string })[]> {
    const signal = Context.current().cancellationSignal;
    const fields = screenedFields(reading, upload);
    return (await screenDocument(reading, upload, screening, { pause, signal })).map((finding) => {
      const value = finding.field ? (fields[finding.field] ?? '') : reading.text;
      const words = value.slice(finding.start, finding.end);
      return { ...finding, spanHash: hashSpan(organizationId, spanIdentity(finding.category, words)) };
    });
  };
}

/** Marks what people found before to be no patient data, in this document or for all of its collection. */
export function createDismissFalseAlarms({ catalog }: Pick<ScreeningDependencies, 'catalog'>) {
  return async function dismissFalseAlarms<Version extends Searched>(
    organizationId: OrganizationId,
    versions: readonly Version[],
  ): Promise<Version[]> {
    const remembered = await catalog.reviews.remembered(
      organizationId,
      versions.map(({ documentId, findings }) => ({
        documentId,
        spanHashes: findings.flatMap(({ spanHash }) => spanHash ?? []),
      })),
    );
    return versions.map((version) => ({ ...version, findings: dismiss(version, remembered) }));
  };
}

function dismiss(
  { documentId, findings }: Searched,
  remembered: ReadonlyMap<DocumentId, ReadonlySet<string>>,
): Searched['findings'] {
  const known = remembered.get(documentId);
  if (!known) return findings;
  return findings.map((finding) =>
    finding.spanHash !== undefined && known.has(finding.spanHash) ? { ...finding, dismissed: true } : finding,
  );
}
