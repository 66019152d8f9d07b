/**
 * Where content teams keep their sources, outside of medindex: `s3://bucket/key` (the key as it is, not encoded, as the
 * AWS CLI writes it) or `file:///folder/name` (percent-encoded, as URLs are).
 */
export type SourceLocation =
  | { readonly scheme: 's3'; readonly bucket: string; readonly key: string }
  | { readonly scheme: 'file'; readonly path: string };

/** Names of buckets as S3 has them. */
const S3_URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\s\S]*))?$/;

/** S3's keys have at most 1,024 bytes; the longest Linux path has 4,096, percent-encoded three times as much. */
const MAX_URI_LENGTH = 13_000;

/** `null` for what is neither. A file path is absolute and without empty, `.` and `..` parts. */
export function parseSourceUri(uri: string): SourceLocation | null {
  // What is no UTF-8 names nothing in any store.
  if (uri.length > MAX_URI_LENGTH || uri.includes('\0') || !uri.isWellFormed()) return null;
  const s3 = S3_URI.exec(uri);
  if (s3) return { scheme: 's3', bucket: s3[1] ?? '', key: s3[2] ?? '' };
  return parseFileUri(uri);
}

/** By hand: a URL parser resolves dots and backslashes and drops line breaks, and what is meant is what is written. */
function parseFileUri(uri: string): SourceLocation | null {
  const encoded = /^file:\/\/(\/[^?#\\]*)$/.exec(uri)?.[1];
  if (encoded === undefined || /%2f|%00/i.test(encoded) || hasControlCharacter(encoded)) return null;
  try {
    const parts = decodeURIComponent(encoded).slice(1).split('/');
    const isFolder = parts.at(-1) === '';
    const named = isFolder ? parts.slice(0, -1) : parts;
    if (named.some((part) => part === '' || part === '.' || part === '..')) return null;
    return { scheme: 'file', path: `/${parts.join('/')}` };
  } catch {
    return null;
  }
}

function hasControlCharacter(text: string): boolean {
  return /[\x00-\x1f\x7f]/.test(text);
}

export function formatSourceUri(location: SourceLocation): string {
  if (location.scheme === 's3') return `s3://${location.bucket}/${location.key}`;
  return `file://${location.path.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * The URI with which those of all objects below a location begin. A location is a folder: `s3://b/who` means
 * `s3://b/who/…`, never `s3://b/who-old/…`. `null` for what is no location.
 */
export function sourcePrefix(uri: string): string | null {
  const location = parseSourceUri(uri);
  if (location === null) return null;
  const formatted = formatSourceUri(location);
  return formatted.endsWith('/') ? formatted : `${formatted}/`;
}

/** The last part of a source's name, for people. */
export function sourceFileName(uri: string): string {
  const location = parseSourceUri(uri);
  const name = location?.scheme === 's3' ? location.key : (location?.path ?? uri);
  return name.slice(name.lastIndexOf('/') + 1) || name;
}
