import { QUERY_SCREENINGS } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { CollectionCatalog } from '../../core/ports/collection-catalog.js';
import { normaliseQuery } from '../../core/retrieval/query.js';
import { isHoldable, screenByRules } from '../../core/screening/screen-reading.js';
import { ApiError } from '../errors.js';

export interface ScreenedQuery {
  readonly text: string;
  /** It looks as if it held identifiers of a patient: nothing of it may be kept, whatever the collections say of such questions. */
  readonly holdsPhi: boolean;
  /** Something was taken out of it. */
  readonly redacted: boolean;
}

/** A question in its one spelling. Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`. */
export function questionText(raw: string): string {
  const question = normaliseQuery(raw);
  if (!question.ok) throw new ApiError(question.problem === 'empty' ? 'QUERY_EMPTY' : 'QUERY_TOO_LONG');
  return question.text;
}

/** Whether a text that is to be kept looks as if it held identifiers of a patient. */
export function namesPatient(text: string): boolean {
  return patientsIn(text).length > 0;
}

function patientsIn(text: string) {
  return screenByRules({ text, blocks: [] }).filter((finding) => isHoldable([finding]));
}

/**
 * A question as it may be asked of these collections, before it is embedded or looked up anywhere. Where nothing in it looks
 * like a patient's identifier, which is nearly always, the catalog is not asked. Errors: `QUERY_HOLDS_PHI`; `QUERY_EMPTY` when
 * nothing is left.
 */
export async function screenQuery(
  collections: Pick<CollectionCatalog, 'queryScreenings'>,
  scope: AccessScope,
  text: string,
): Promise<ScreenedQuery> {
  const found = patientsIn(text);
  if (found.length === 0) return { text, holdsPhi: false, redacted: false };
  const ways = await collections.queryScreenings(scope);
  const strictest = QUERY_SCREENINGS.filter((way) => ways.includes(way)).at(-1) ?? 'off';
  switch (strictest) {
    case 'off':
      return { text, holdsPhi: true, redacted: false };
    case 'refuse':
      throw new ApiError('QUERY_HOLDS_PHI');
    case 'redact': {
      const kept = found.reduceRight((left, { start, end }) => `${left.slice(0, start)} ${left.slice(end)}`, text);
      const query = normaliseQuery(kept);
      if (!query.ok) throw new ApiError('QUERY_EMPTY');
      return { text: query.text, holdsPhi: true, redacted: true };
    }
  }
}
