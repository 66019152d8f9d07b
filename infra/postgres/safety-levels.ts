import { SAFETY_LEVELS, type SafetyLevel } from '../../core/contract/states.js';

/** The levels that someone up to all of these may see. */
export function levelsUpTo(...caps: readonly (SafetyLevel | undefined)[]): SafetyLevel[] {
  return SAFETY_LEVELS.filter((level) =>
    caps.every((cap) => cap === undefined || SAFETY_LEVELS.indexOf(level) <= SAFETY_LEVELS.indexOf(cap)),
  );
}

/** The level that an upload's free keys ask for; `null` when they ask for none. */
export function requestedSafetyLevel(custom: Readonly<Record<string, unknown>>): SafetyLevel | null {
  return SAFETY_LEVELS.find((level) => level === custom['safetyLevel']) ?? null;
}

/**
 * SQL: whether one who sees these levels may see something that has the level `own` (null: none of its own) within a
 * collection of another. The stricter of both counts, also after the collection's was changed. `levels`: the parameter
 * with {@link levelsUpTo}.
 */
export function withinLevels(own: string, collection: string, levels: string): string {
  return `(${collection} = any (${levels}::text[]) and coalesce(${own}, ${collection}) = any (${levels}::text[]))`;
}

/** SQL: the stricter of both levels. `own` may be null. */
export function stricterLevel(own: string, collection: string): string {
  const levels = `array[${SAFETY_LEVELS.map((level) => `'${level}'`).join(', ')}]`;
  return `(${levels})[greatest(array_position(${levels}, ${own}), array_position(${levels}, ${collection}))]`;
}
