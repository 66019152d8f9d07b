import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromCheckout } from './paths.js';
import type { SettingsReader } from '../settings-reader.js';

export type ObjectStoreConfig =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Without slashes at its ends; empty when objects lie at the top of the bucket. */
      readonly prefix: string;
      /** For MinIO and others; `null` for AWS itself. Credentials and region are the AWS SDK's own variables. */
      readonly endpoint: string | null;
      /** The same store as clients reach it: signed addresses of uploads begin with it. */
      readonly publicEndpoint: string | null;
    };

/** `null`: AWS itself. */
export function s3Endpoint(settings: SettingsReader): string | null {
  return settings.url('S3_ENDPOINT', { protocols: ['http:', 'https:'], example: 'http://127.0.0.1:9000' });
}

export function objectStoreConfig(
  settings: SettingsReader,
  places: { readonly dataDir: string; readonly endpoint: string | null },
): ObjectStoreConfig {
  const { dataDir, endpoint } = places;
  const publicEndpoint = settings.url('S3_PUBLIC_ENDPOINT', {
    protocols: ['http:', 'https:'],
    example: 'https://files.example.org',
  });
  return objectStore(settings, dataDir, { endpoint, publicEndpoint: publicEndpoint ?? endpoint });
}

function objectStore(
  settings: SettingsReader,
  dataDir: string,
  endpoints: { endpoint: string | null; publicEndpoint: string | null },
): ObjectStoreConfig {
  const example = 's3://medindex/production, or file:/srv/medindex/objects';
  const value = settings.text('OBJECT_STORE_URL');
  const folder = (path: string): ObjectStoreConfig => ({ kind: 'folder', folder: path });
  if (value === null) return folder(join(dataDir, 'objects'));
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(value);
  if (s3) return { kind: 's3', bucket: s3[1] ?? '', prefix: (s3[2] ?? '').replace(/^\/+|\/+$/g, ''), ...endpoints };
  if (value.startsWith('file://')) {
    try {
      return folder(fileURLToPath(value));
    } catch {
      settings.problem('OBJECT_STORE_URL', 'is not a valid file URL', example);
      return folder(dataDir);
    }
  }
  if (value.startsWith('file:') && value.length > 'file:'.length)
    return folder(fromCheckout(value.slice('file:'.length)));
  settings.problem('OBJECT_STORE_URL', 'is neither file:… nor s3://bucket/prefix', example);
  return folder(dataDir);
}
