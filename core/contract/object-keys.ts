import type { OrganizationId, RunId, SourceId, VersionId } from './ids.js';

/**
 * Where everything lies in the object store. No other file builds a key (the linter refuses it), so that whoever has to
 * find, move or erase an object finds all places here.
 *
 *     incoming/<organization>/<upload>/…                 parts of an upload under way
 *     sources/<organization>/<name>                      originals, as the content team left them
 *     work/<organization>/<run>/<version>/<part>.json    what was read of one version
 *     work/<organization>/<run>/<list>.json              which versions travel in a batch: ids and hashes, no text
 *     work/<organization>/<run>/comparison.json          how the answers of two vector indexes compare
 *     work/<organization>/questions-<name>.json          questions that a move of vectors is compared by
 *     held/<organization>/<name>                         originals of held versions
 *     held/<organization>/<run>/<version>.json           readings of held versions
 *     held/<organization>/<run>/<version>.decision.json  what people decided on them, with their reason
 *     cache/<organization>/answers/<day>/<name>          cached answers that are large, until the day is over (UTC)
 *     backups/                                           reserved
 *
 * Keys are made of ids only. No key holds a file name or a word of a document.
 */
export const OBJECT_AREAS = ['incoming', 'sources', 'work', 'held', 'cache', 'backups'] as const;
export type ObjectArea = (typeof OBJECT_AREAS)[number];

/** The areas whose objects are sealed (AES-256-GCM) before they reach the store. */
export const SEALED_AREAS: ReadonlySet<ObjectArea> = new Set<ObjectArea>(['work', 'held', 'cache', 'backups']);

/** The area a key lies in; `null` for keys of other making (e.g. of a content team's own bucket). */
export function areaOf(key: string): ObjectArea | null {
  const first = key.slice(0, Math.max(key.indexOf('/'), 0));
  return OBJECT_AREAS.find((area) => area === first) ?? null;
}

interface InRun {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
}

/** A version and the run that reads it. */
export interface VersionPlace extends InRun {
  readonly versionId: VersionId;
}

/** Everything of one upload in parts lies under it. */
export function uploadPrefix(upload: { readonly organizationId: OrganizationId; readonly uploadId: string }): string {
  return `incoming/${upload.organizationId}/${upload.uploadId}/`;
}

/** An uploaded original. `name`: a UUID of its own for every upload. */
export function originalKey(organizationId: OrganizationId, name: string): string {
  return `sources/${organizationId}/${name}`;
}

/** An original that a sync copied from where its team keeps it. */
export function syncedOriginalKey(sync: InRun, sourceId: SourceId): string {
  return `sources/${sync.organizationId}/${sync.runId}/${sourceId}`;
}

/**
 * The two places of an original, whichever of them its key names: in the clear under `sources/`, or sealed under `held/`
 * once a version that was read from it is held.
 */
export function originalPlaces(key: string): { readonly open: string; readonly held: string } {
  const name = key.slice(key.indexOf('/'));
  return { open: `sources${name}`, held: `held${name}` };
}

export function isHeldKey(key: string): boolean {
  return areaOf(key) === 'held';
}

/** Everything that a run leaves between its stages lies under it. */
export function runPrefix({ organizationId, runId }: InRun): string {
  return `work/${organizationId}/${runId}/`;
}

/** Everything that was read of one version lies under it, until the version is held. */
export function versionPrefix(version: VersionPlace): string {
  return `${runPrefix(version)}${version.versionId}/`;
}

/** One part of what was read of a version. */
export function versionPartKey(version: VersionPlace, part: string): string {
  return `${versionPrefix(version)}${part}.json`;
}

/** How a batch came about: a file of one document, some records of a file of many, some files of a sync. */
export type BatchKind = 'document' | 'records' | 'batch';

/** The list of the versions of a batch. `run`: the run, or the sync whose sources travel together. */
export function batchListKey(run: InRun, kind: BatchKind, name: string): string {
  return `${batchListPrefix(run, kind)}${name}.json`;
}

/** All lists of one kind that a run wrote. */
export function batchListPrefix(run: InRun, kind: BatchKind): string {
  return `${runPrefix(run)}${kind}-`;
}

/** How the answers of a move's two vector indexes compare, question by question. */
export function moveReportKey(run: InRun): string {
  return `${runPrefix(run)}comparison.json`;
}

/** Questions of whoever asks for a move, which has no run yet. `name`: a UUID. */
export function moveQuestionsKey(organizationId: OrganizationId, name: string): string {
  return `work/${organizationId}/questions-${name}.json`;
}

/** Where the page manifest of a run's only document lay before versions had a folder of their own. */
export function formerPageManifestKey(run: InRun): string {
  return `${runPrefix(run)}page-manifest.json`;
}

/** The reading of a held version. */
export function heldReadingKey({ organizationId, runId, versionId }: VersionPlace): string {
  return `held/${organizationId}/${runId}/${versionId}.json`;
}

/** What was decided on a held version, with the reviewer's reason. */
export function heldDecisionKey({ organizationId, runId, versionId }: VersionPlace): string {
  return `held/${organizationId}/${runId}/${versionId}.decision.json`;
}

/** Everything that is kept of an organization's cached answers. */
export function cachedAnswersPrefix(organizationId: OrganizationId): string {
  return `cache/${organizationId}/answers/`;
}

/** A cached answer. `name`: a keyed hash (base64url). Nobody asks for it any more once the day of `expiresAt` is over. */
export function cachedAnswerKey(
  organizationId: OrganizationId,
  { name, expiresAt }: { readonly name: string; readonly expiresAt: Date },
): string {
  return `${cachedAnswersPrefix(organizationId)}${expiresAt.toISOString().slice(0, 10)}/${name}`;
}

/** The last day (`YYYY-MM-DD`, UTC) on which a cached answer may be asked for; `null`: the key is of something else. */
export function lastDayOfCachedAnswer(key: string): string | null {
  return CACHED_ANSWER.exec(key)?.[1] ?? null;
}

/** What an object is, as far as its key tells. */
export type KeyedObject =
  /** `runId`: the sync that copied it. `name`: of an upload its id, of what a sync copied its source's. */
  | {
      readonly kind: 'original';
      readonly organizationId: OrganizationId;
      readonly runId: RunId | null;
      readonly name: string;
    }
  /** A part of what was read of a version; the reading of a held one, or what was decided on it. */
  | ({ readonly kind: 'reading' } & VersionPlace)
  /** A list of the versions that travel in a batch of a run. */
  | ({ readonly kind: 'list' } & InRun)
  /** Questions of a move of vectors, or how its two indexes compare. */
  | { readonly kind: 'move'; readonly organizationId: OrganizationId }
  /** What is known of a run's pages: a page that is read again looks into it. */
  | ({ readonly kind: 'manifest' } & InRun);

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ORIGINAL = new RegExp(`^(?:sources|held)/([^/]+)/(?:(${UUID})/)?(${UUID})$`);
const HELD_READING = new RegExp(`^held/([^/]+)/(${UUID})/(${UUID})(?:\\.decision)?\\.json$`);
const VERSION_PART = new RegExp(`^work/([^/]+)/(${UUID})/(${UUID})/[^/]+\\.json$`);
const BATCH_LIST = new RegExp(`^work/([^/]+)/(${UUID})/(?:document|records|batch)-[^/]+\\.json$`);
const FORMER_MANIFEST = new RegExp(`^work/([^/]+)/(${UUID})/page-manifest\\.json$`);
const CACHED_ANSWER = /^cache\/[^/]+\/answers\/(\d{4}-\d{2}-\d{2})\/[^/]+$/;
const OF_MOVE = new RegExp(`^work/([^/]+)/(?:questions-${UUID}|${UUID}/comparison)\\.json$`);

/** `null`: no key that this program makes, so it is for nobody here to judge. */
export function parseObjectKey(key: string): KeyedObject | null {
  const original = ORIGINAL.exec(key);
  if (original) {
    const [, organizationId = '', runId = null, name = ''] = original;
    return { kind: 'original', organizationId, runId, name };
  }
  const reading = VERSION_PART.exec(key) ?? HELD_READING.exec(key);
  if (reading) {
    const [, organizationId = '', runId = '', versionId = ''] = reading;
    return { kind: 'reading', organizationId, runId, versionId };
  }
  const list = BATCH_LIST.exec(key);
  if (list) return { kind: 'list', organizationId: list[1] ?? '', runId: list[2] ?? '' };
  const move = OF_MOVE.exec(key);
  if (move) return { kind: 'move', organizationId: move[1] ?? '' };
  const manifest = FORMER_MANIFEST.exec(key);
  return manifest ? { kind: 'manifest', organizationId: manifest[1] ?? '', runId: manifest[2] ?? '' } : null;
}

/** Everything of an organization in the areas that an ingest fills; parts of uploads under way are not among it. */
export function ingestPrefixes(organizationId: OrganizationId): readonly string[] {
  return (['sources', 'work', 'held'] as const).map((area) => `${area}/${organizationId}/`);
}

/** No object has this key. Asking for it shows whether the store answers. */
export function probeKey(organizationId: OrganizationId): string {
  return `cache/${organizationId}/health`;
}
