import type { PhiCategory } from '../../core/contract/finding.js';
import type { DocumentState, PageOutcome, VersionState } from '../../core/contract/states.js';
import type { DocumentBody } from '../schemas/document.js';
import type { VersionBody } from '../schemas/version.js';

/** What a document's state means, for a content editor. */
const DOCUMENT_WORDS: Record<DocumentState, string> = {
  processing: 'is being read',
  published: 'is published and can be found',
  held: 'is held: it seems to contain patient data; nothing of it can be found',
  needs_attention: 'needs attention: pages could not be read; it cannot be found yet',
  failed: 'could not be read; it cannot be found',
  superseded: 'was overtaken by a newer version before it was published',
  cancelled: 'was cancelled; it cannot be found',
  rejected: 'was rejected by its review; it cannot be found',
  sanitized: 'was redacted by its review; the redacted version goes on in its place',
  archived: 'is archived: it is kept, and cannot be found',
  deleted: 'was deleted and can no longer be found',
  withdrawn: 'was withdrawn by its source and can no longer be found',
  erased: 'was erased: nothing of it is left but its ids',
};

/** How a document stands today. A published one is not found while another has its place, or before its day. */
export function describeDocument(
  { state, superseded, effectiveFrom }: Pick<DocumentBody, 'state' | 'superseded' | 'effectiveFrom'>,
  today: string = new Date().toISOString().slice(0, 10),
): string {
  if (state === 'published' && superseded) {
    return 'is published, and another document has taken its place: searches find it for an earlier day (--as-of) only';
  }
  if (state === 'published' && effectiveFrom !== null && effectiveFrom > today) {
    return `is published, and found from ${effectiveFrom} on`;
  }
  return DOCUMENT_WORDS[state];
}

/** When a document has to be looked over again. */
export function describeReview({
  reviewStatus,
  reviewDueAt,
}: Pick<DocumentBody, 'reviewStatus' | 'reviewDueAt'>): string {
  const day = reviewDueAt?.slice(0, 10);
  if (day === undefined) return 'not scheduled: its collection has no review cycle';
  return reviewStatus === 'due' ? `due since ${day}: look it over again` : `due on ${day}`;
}

export const VERSION_WORDS: Record<VersionState, string> = {
  open: 'is being read',
  published: 'published',
  held: 'held because of suspected patient data',
  needs_attention: 'needs attention: pages could not be read',
  superseded: 'overtaken by a newer version',
  failed: 'failed',
  cancelled: 'cancelled',
  rejected: 'rejected by its review',
  sanitized: 'redacted by its review',
  archived: 'archived',
  erased: 'erased',
};

const PAGE_WORDS: Record<PageOutcome, string> = {
  native: 'read from the text layer',
  ocr: 'read by text recognition',
  blank: 'blank',
  failed: 'could not be read',
  held: 'held',
  pending: 'waiting',
};

const CATEGORY_WORDS: Record<PhiCategory, string> = {
  ssn: 'social security number',
  mrn: 'medical record number',
  phone: 'telephone number',
  email: 'e-mail address',
  date_of_birth: 'date of birth',
  patient_name: 'name of a patient',
  fax: 'fax number',
  address: 'address',
  date: 'date of an event of a patient',
  age: 'age over 89',
  employer: 'employer',
  health_plan: 'number of a health plan',
  account: 'account number',
  licence: 'licence number',
  national_id: 'national identity number',
  vehicle: 'vehicle',
  device: 'serial number of a device',
  url: 'personal web address',
  ip: 'IP address',
  biometric: 'biometric identifier',
  photograph: 'photograph of a person',
  other_id: 'other identifying number',
};

/** `3 pages read from the text layer, 1 blank`; empty where the source has no pages. */
export function describePages(pages: VersionBody['pages']): string {
  const told = Object.entries(pages) as [PageOutcome, number][];
  return told.map(([outcome, count]) => `${count} ${PAGE_WORDS[outcome]}`).join(', ');
}

export function describeOutcome(outcome: PageOutcome): string {
  return PAGE_WORDS[outcome];
}

/** `page 2: social security number (2 times)`; `on page 2: …` within a sentence. */
export function describeFindings(findings: VersionBody['findings'], form: 'entry' | 'sentence' = 'entry'): string[] {
  return findings.map(({ category, page, count }) => {
    const where = page === null ? 'in the text' : `${form === 'sentence' ? 'on ' : ''}page ${page}`;
    return `${where}: ${CATEGORY_WORDS[category]}${count > 1 ? ` (${count} times)` : ''}`;
  });
}
