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
