import { SAFETY_LEVELS } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { levelsUpTo } from './safety-levels.js';
import { scopedCollections } from './scope-parameters.js';

/** Stands among the levels of who may see documents that hold patient data. */
const READS_PHI = 'phi';

/** SQL: whether who sees these levels (of `scopeValues`) may see what holds patient data, where it does. */
export function phiSeen(holdsPhi: string, levels: string): string {
  return `(not ${holdsPhi} or '${READS_PHI}' = any (${levels}::text[]))`;
}

/**
 * Values of the parameters $1 organization, $2 collections (null: all), $3 safety levels that the scope may see, with
 * another member where it may see patient data.
 */
export function scopeValues(scope: AccessScope): unknown[] {
  const levels = levelsUpTo(scope.safetyLevel);
  return [scope.organizationId, scopedCollections(scope), scope.readsPhi ? [...levels, READS_PHI] : levels];
}

/** The key that asks; null for what is none. */
export function actorOf(scope: AccessScope): string | null {
  return scope.actor ?? null;
}

const ALL_LEVELS = SAFETY_LEVELS.map((level) => `'${level}'`).join(', ');
const STRICTEST = `'${SAFETY_LEVELS.at(-1)}'`;

/** SQL list of the states in which a version's own words, and those of its upload, are kept from everybody but its reviewers. */
export const WITHHELD_STATES = `'held', 'rejected', 'sanitized'`;

/**
 * SQL: the title of a version `v` of run `r`, as far as it is told: none of what is withheld, and of what was redacted only its
 * own, in which placeholders stand for what was found.
 */
export const TITLE_TOLD = `
  case
    when v.state in (${WITHHELD_STATES}) then null
    when v.phi_status = 'sanitized' then v.title
    else coalesce(v.title, r.metadata ->> 'title')
  end`;

/** The level that the upload of a run `r` asks for; null when it asks for none. */
export const REQUESTED_LEVEL = `
  case when r.metadata -> 'custom' ->> 'safetyLevel' in (${ALL_LEVELS}) then r.metadata -> 'custom' ->> 'safetyLevel' end`;

/**
 * Whether the scope may see a version `v` of run `r` in collection `k` at its safety level: the stricter of its own,
 * which its upload asks for, and the collection's. What is held seems to name a patient, and what was rejected or redacted
 * does: it is as strict as the strictest level.
 */
export const VERSION_SEEN = `
  (k.safety_level = any ($3::text[])
    and coalesce(v.safety_level, ${REQUESTED_LEVEL}, k.safety_level) = any ($3::text[])
    and ${phiSeen("(v.phi_status = 'contains_phi')", '$3')}
    and (v.state not in (${WITHHELD_STATES}) or ${STRICTEST} = any ($3::text[])))`;

/**
 * Whether the scope may see a run `r` in collection `c`: who began it always may, as the names in it are its own. Others
 * must reach the collection's level and the one that the upload asks for, and of a held run the strictest one. `actor` is
 * the parameter with {@link actorOf}.
 */
export function runSeen(actor: string): string {
  return `
  (r.actor = ${actor}::text or (
    c.safety_level = any ($3::text[])
    and coalesce(${REQUESTED_LEVEL}, c.safety_level) = any ($3::text[])
    and (r.state not in ('held', 'rejected') or ${STRICTEST} = any ($3::text[]))))`;
}

/** A run `r` in collection `c` that the scope may see, by organization and collections too. */
export function runInScope(actor: string): string {
  return `
  r.organization_id = $1 and ($2::uuid[] is null or r.collection_id = any ($2)) and ${runSeen(actor)}`;
}
