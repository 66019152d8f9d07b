import { describe } from 'vitest';
import type { Found } from './found.js';

/** A suite that needs programs. Where one is missing the suite is skipped, and the reason stands in its name. */
export function describeWith(needs: readonly Found<object>[], name: string, suite: () => void): void {
  const missing = needs.flatMap((found) => ('missing' in found ? [found.missing] : []));
  if (missing.length > 0) describe.skip(`${name} (skipped: ${missing.join('; ')})`, suite);
  else describe(name, suite);
}
