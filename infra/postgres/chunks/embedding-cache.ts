import type { OrganizationId } from '../../../core/contract/ids.js';
import type { DatabaseHandle } from '../database.js';

const CACHED_EMBEDDINGS = `
  select input_sha256, vector from knowledge.embedding_cache
  where organization_id = $1 and model_key = $2 and input_sha256 = any ($3::text[])`;

// Sorted: two batches with texts in common wait for each other and not in a circle.
const CACHE_EMBEDDINGS = `
  insert into knowledge.embedding_cache (organization_id, model_key, input_sha256, vector)
  select $1, $2, e.input_sha256, e.vector
  from unnest($3::text[], $4::bytea[]) e (input_sha256, vector)
  order by e.input_sha256
  on conflict do nothing`;

export async function cachedEmbeddings(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  modelKey: string,
  inputSha256s: readonly string[],
): Promise<Map<string, Float32Array>> {
  if (inputSha256s.length === 0) return new Map();
  const rows = await database.query<{ input_sha256: string; vector: Buffer }>('cachedEmbeddings', CACHED_EMBEDDINGS, [
    organizationId,
    modelKey,
    inputSha256s,
  ]);
  return new Map(rows.map((row) => [row.input_sha256, fromBytes(row.vector)]));
}

export async function cacheEmbeddings(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  modelKey: string,
  items: readonly { inputSha256: string; vector: Float32Array }[],
): Promise<void> {
  if (items.length === 0) return;
  await database.query('cacheEmbeddings', CACHE_EMBEDDINGS, [
    organizationId,
    modelKey,
    items.map((item) => item.inputSha256),
    items.map((item) => toBytes(item.vector)),
  ]);
}

/** Float32, little-endian, whatever this machine is. */
function toBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  vector.forEach((value, at) => bytes.writeFloatLE(value, at * 4));
  return bytes;
}

function fromBytes(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
