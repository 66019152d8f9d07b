import type { Readable } from 'node:stream';
import { Failure } from '../../core/contract/failures.js';
import { formatSourceUri, parseSourceUri } from '../../core/contract/source-location.js';
import type { ListedSource, SourcePage, SourceStore } from '../../core/ports/source-store.js';
import { createS3Client, type S3ClientInput } from './create-object-store.js';
import { FolderSourceStore } from './folder-source-store.js';
import { S3SourceStore } from './s3-source-store.js';
import { locationOf } from './source-names.js';

export interface SourceStoreInput {
  /** URIs with which those of all readable sources begin, e.g. `s3://` or `file:///srv/guidelines/`. */
  readonly roots: readonly string[];
  /** URIs that end with a slash: neither they nor anything in them is a source, and no location holds one of them. */
  readonly own: readonly string[];
  readonly s3: S3ClientInput;
}

/** All sources that the settings allow, wherever they lie. The S3 client is made when first needed. */
export function createSourceStore({ roots, own, s3 }: SourceStoreInput): SourceStore {
  const folders = new FolderSourceStore({ roots: foldersOf(roots), own: foldersOf(own) });
  let buckets: S3SourceStore | null = null;

  function storeOf(uri: string): SourceStore {
    const location = locationOf(uri);
    const name = formatSourceUri(location);
    const isOwn = own.some((place) => `${name}/`.startsWith(place) || (name.endsWith('/') && place.startsWith(name)));
    if (isOwn || !roots.some((root) => name.startsWith(root))) throw new Failure('SOURCE_NOT_ALLOWED');
    if (location.scheme === 'file') return folders;
    return (buckets ??= new S3SourceStore(createS3Client(s3)));
  }

  return {
    listPage: async (location, options): Promise<SourcePage> => storeOf(location).listPage(location, options),
    stat: async (uri): Promise<ListedSource> => storeOf(uri).stat(uri),
    openRead: async (source): Promise<Readable> => storeOf(source.uri).openRead(source),
    close: async () => buckets?.close(),
  };
}

function foldersOf(uris: readonly string[]): string[] {
  return uris.flatMap((uri) => {
    const location = parseSourceUri(uri);
    return location?.scheme === 'file' ? [location.path.replace(/(.)\/+$/, '$1')] : [];
  });
}
