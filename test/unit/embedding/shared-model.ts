import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';

const shared = process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared');

/** Folders beside the checkout; `null` where there are none. */
export const SHARED_MODEL = present(join(shared, 'models', 'all-MiniLM-L6-v2'));
export const SHARED_SAMPLES = present(join(shared, 'samples'));

/** The real model: the one that was provisioned for the tests, or the one beside the checkout. */
export const REAL_MODEL = present(process.env['EMBEDDING_MODEL_PATH'] ?? '') ?? SHARED_MODEL;

/** For the names of suites that need what is not there. */
export const WITHOUT_SHARED = 'skipped: no ../shared beside the checkout (or MEDINDEX_SHARED)';
export const WITHOUT_MODEL = 'skipped: no embedding model could be had on this machine (EMBEDDING_MODEL_PATH)';

function present(path: string): string | null {
  return path !== '' && existsSync(path) ? path : null;
}
