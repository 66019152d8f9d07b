import type { Finding, PhiCategory } from '../contract/finding.js';
import { HOLD_SCORE, SUPPORTED_SCORE } from './scores.js';

/**
 * How far apart two findings may stand to speak for each other, in characters: a registration form or the head of a
 * letter is three to five lines of 60–80 characters. Wider, and the contact page of a guideline starts to count.
 */
export const SUPPORT_DISTANCE = 300;

/** Whom a text is about; the others only tell how to reach somebody. */
const IDENTITIES: ReadonlySet<PhiCategory> = new Set<PhiCategory>([
  'ssn',
  'mrn',
  'date_of_birth',
  'patient_name',
  'health_plan',
  'national_id',
]);
const CONTACTS: ReadonlySet<PhiCategory> = new Set<PhiCategory>(['phone', 'email', 'fax', 'address']);
/** Names that stand behind a label. Those that only their surroundings tell stand beside telephone numbers in every contact's entry. */
const LABELLED_NAME = /^patient_name\/(?:name-of-patient|patient|name|field|name-field)$/;
/** How a person is reached at home; agencies have none. */
const OWN_CONTACT = /^phone\/(?:own-field|own-words|patient-label)$/;

/**
 * Raises weak findings that stand near another one that makes them a patient's: near a sure identity, or a name and a
 * contact near each other. Expects findings in ascending order without overlaps, and keeps both.
 */
export function raiseSupported(findings: readonly Finding[]): Finding[] {
  return findings.map((finding, index) =>
    finding.score < HOLD_SCORE && hasSupport(findings, index) ? { ...finding, score: SUPPORTED_SCORE } : finding,
  );
}

function hasSupport(findings: readonly Finding[], index: number): boolean {
  return supportsInDirection(findings, index, -1) || supportsInDirection(findings, index, 1);
}

/** At most this many neighbours are asked a side, so that a page of nothing but numbers stays linear. */
const MOST_NEIGHBOURS = 16;

function supportsInDirection(findings: readonly Finding[], index: number, step: -1 | 1): boolean {
  const finding = findings[index];
  if (!finding) return false;
  for (let asked = 1; asked <= MOST_NEIGHBOURS; asked += 1) {
    const neighbour = findings[index + asked * step];
    if (!neighbour || distance(finding, neighbour) > SUPPORT_DISTANCE) return false;
    if (supports(neighbour, finding)) return true;
  }
  return false;
}

function supports(neighbour: Finding, finding: Finding): boolean {
  if (neighbour.category === finding.category) return false;
  if (IDENTITIES.has(neighbour.category) && neighbour.score >= HOLD_SCORE) return true;
  if (OWN_CONTACT.test(neighbour.recogniser) && neighbour.score >= HOLD_SCORE && CONTACTS.has(finding.category))
    return true;
  return (
    (LABELLED_NAME.test(neighbour.recogniser) && CONTACTS.has(finding.category)) ||
    (LABELLED_NAME.test(finding.recogniser) && CONTACTS.has(neighbour.category))
  );
}

function distance(a: Finding, b: Finding): number {
  return Math.max(a.start, b.start) - Math.min(a.end, b.end);
}
