import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';

const shared = process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared');

/** The real model beside the checkout, or `null` where there is none. */
export const SHARED_MODEL = present(join(shared, 'models', 'all-MiniLM-L6-v2'));
export const SHARED_SAMPLES = present(join(shared, 'samples'));

/** For the name of a suite that needs what is not there. */
export const WITHOUT_SHARED = 'skipped: no ../shared beside the checkout (or MEDINDEX_SHARED)';

function present(path: string): string | null {
  return existsSync(path) ? path : null;
}
