import { formatSourceUri, type SourceLocation, sourcePrefix } from '../../core/contract/source-location.js';
import type { SettingsReader } from '../settings-reader.js';
import type { ObjectStoreConfig } from './object-store-config.js';

/** What syncs and `{uri}` uploads may read. */
export interface SourcesConfig {
  /** URIs with which those of readable sources begin. */
  readonly roots: readonly string[];
  /** What is medindex's own is no source of anybody: its objects (all organizations'), keys and databases. */
  readonly own: readonly string[];
  /** `null`: AWS itself. */
  readonly s3Endpoint: string | null;
}

export function sourcesConfig(
  settings: SettingsReader,
  places: {
    readonly objects: ObjectStoreConfig;
    readonly dataDir: string;
    readonly adminKeyFile: string | null;
    readonly endpoint: string | null;
  },
): SourcesConfig {
  return {
    roots: sourceRoots(settings),
    own: ownPlaces(places),
    s3Endpoint: places.endpoint,
  };
}

/** Every bucket that the credentials reach, and no folder of this machine unless an operator names it. */
function sourceRoots(settings: SettingsReader): string[] {
  const value = settings.text('MEDINDEX_SOURCE_ROOTS');
  if (value === null) return ['s3://'];
  const roots = value.split(',').map((root) => root.trim());
  const known = roots.map((root) => (root === 's3://' || root === 'file:///' ? root : sourcePrefix(root)));
  if (!known.includes(null)) return known.filter((root) => root !== null);
  settings.problem(
    'MEDINDEX_SOURCE_ROOTS',
    'is not a list of s3://bucket/prefix and file:///folder',
    's3://guidelines/,file:///srv/guidelines/',
  );
  return [];
}

/** As `sourcePrefix` writes them. */
function ownPlaces(places: {
  readonly objects: ObjectStoreConfig;
  readonly dataDir: string;
  readonly adminKeyFile: string | null;
}): string[] {
  const { objects, dataDir, adminKeyFile } = places;
  const place = (location: SourceLocation): string => `${formatSourceUri(location).replace(/\/+$/, '')}/`;
  return [
    place({ scheme: 'file', path: dataDir }),
    ...(adminKeyFile === null ? [] : [place({ scheme: 'file', path: adminKeyFile })]),
    objects.kind === 'folder'
      ? place({ scheme: 'file', path: objects.folder })
      : place({ scheme: 's3', bucket: objects.bucket, key: objects.prefix }),
  ];
}
