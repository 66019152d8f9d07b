import type { FastifyBaseLogger } from 'fastify';
import type { ApiDependencies } from '../dependencies.js';

/** A pass is short; what is left over is the next pass's. */
const UPLOADS_PER_PASS = 100;
/** Expired bytes may lie a little longer; a pass that finds nothing costs one query. */
const EVERY_MS = 15 * 60_000;

type SweepDependencies = Pick<ApiDependencies, 'catalog' | 'uploads'>;

/**
 * Removes expired uploads: first their bytes, then their rows, so that what stops in between is found again. Any number of
 * processes may do it at once.
 */
export async function sweepUploads({ catalog, uploads }: SweepDependencies, now = new Date()): Promise<number> {
  const expired = await catalog.uploads.listExpired(now, UPLOADS_PER_PASS);
  for (const upload of expired) {
    await uploads.remove(upload);
    await catalog.uploads.remove(upload.uploadId);
  }
  return expired.length;
}

/** Sweeps now and every quarter of an hour; answers what stops it. */
export function keepSweeping(deps: SweepDependencies, log: FastifyBaseLogger): () => void {
  const sweep = () => {
    sweepUploads(deps).then(
      (removed) => removed > 0 && log.info({ removed }, 'expired uploads removed'),
      (error: unknown) => log.warn({ err: error }, 'expired uploads were not removed'),
    );
  };
  sweep();
  const timer = setInterval(sweep, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
