import type { OrganizationId } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import type { SearchRequest } from '../schemas/search.js';
import { questionText } from '../search/screen-query.js';

/** A search and the access that it was made with: all that its answer can be made again from. No key, and nobody's name. */
export interface AskedSearch {
  readonly access: Pick<AccessScope, 'collections' | 'safetyLevel' | 'readsPhi'>;
  readonly asked: SearchRequest;
}

export interface SealedSearch {
  /** Equal for equal searches with equal access. */
  readonly questionHash: string;
  readonly sealed: Uint8Array;
}

/** Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`. */
export function sealSearch(
  texts: SealedTexts,
  { scope, asked }: { scope: AccessScope; asked: SearchRequest },
): SealedSearch {
  const { organizationId, collections, safetyLevel, readsPhi = false } = scope;
  const named = asked.collections && [...new Set(asked.collections)].sort();
  const search: AskedSearch = {
    access: { collections: collections === 'all' ? 'all' : [...collections].sort(), safetyLevel, readsPhi },
    asked: { ...asked, query: questionText(asked.query), ...(named ? { collections: named } : {}) },
  };
  const text = JSON.stringify(search, inOrder);
  const questionHash = texts.hash(organizationId, text);
  return { questionHash, sealed: texts.seal(text, rowOf(organizationId, questionHash)) };
}

/** Errors: `Failure KEY_MISSING`; throws on what was sealed for another row. */
export function openSearch(
  texts: SealedTexts,
  { organizationId, questionHash, sealed }: SealedSearch & { readonly organizationId: OrganizationId },
): { readonly scope: AccessScope; readonly asked: SearchRequest } {
  const { access, asked } = JSON.parse(texts.open(sealed, rowOf(organizationId, questionHash))) as AskedSearch;
  return { scope: { organizationId, ...access }, asked };
}

const rowOf = (organizationId: OrganizationId, questionHash: string): string => `${organizationId} ${questionHash}`;

/** The same text whatever the order in which a request named its fields. */
export function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
