import { findMinio } from './minio-binary.js';
import { findRedis } from './redis-binary.js';
import { findNativePostgres } from './native-postgres-install.js';
import { findTemporal } from './temporal-binary.js';

/**
 * Brings the servers that tests need into the user's cache, all at once: for CI, which does something else meanwhile.
 * Exits 1 when one cannot be had.
 */
const servers = { Temporal: findTemporal, MinIO: findMinio, Redis: findRedis, Postgres: () => findNativePostgres(16) };

const missing = await Promise.all(
  Object.entries(servers).map(async ([name, find]) => {
    const found = await find().catch((error: unknown) => ({ missing: String(error) }));
    console.log('missing' in found ? `${name} is missing: ${found.missing}` : `${name} is there`);
    return 'missing' in found;
  }),
);
process.exitCode = missing.includes(true) ? 1 : 0;
