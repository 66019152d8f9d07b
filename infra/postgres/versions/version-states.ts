import type { VersionState } from '../../../core/contract/states.js';
import { BEING_MADE } from '../../../core/publishing/version-life.js';

/** Whether a version is being made; to be put behind the name of its table and a dot, where there are several. */
export const IS_OPEN = `state = '${BEING_MADE}'`;

/** A list of states for `in (…)`. */
export function stateList(states: readonly VersionState[]): string {
  return states.map((state) => `'${state}'`).join(', ');
}
