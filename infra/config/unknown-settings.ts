import { nearestName } from '../../core/contract/nearest-name.js';
import type { Environment } from '../settings-reader.js';

/** A variable that looks like a setting of ours and is read by nobody. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that was probably meant; `null` where none is near. */
  readonly nearest: string | null;
}

/** Whoever sets a variable that begins so speaks to us. */
const OURS = /^(?:MEDINDEX|EMBEDDING|OCR|OBJECT_STORE|VECTOR|QDRANT|RERANKER|S3|WEBHOOKS?)_/;

/** Read by the command line, by tests and benches, or by nobody yet; not by `loadConfig`. */
const KNOWN_ELSEWHERE = ['MEDINDEX_URL', 'MEDINDEX_API_KEY', 'MEDINDEX_SHARED', 'QDRANT_URL', 'QDRANT_API_KEY'];

/** What Kubernetes sets for services, of which one may be called medindex-api. */
const SERVICE_LINK = /_(?:SERVICE_(?:HOST|PORT)(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?)$/;

/** Two slips of the finger; a name of fewer than 8 letters is near to too many others. */
const MOST_SLIPS = 2;
const SHORTEST_NAME = 8;

/** `known`: names of all settings that were read. */
export function unknownSettings(env: Environment, known: ReadonlySet<string>): UnknownSetting[] {
  const names = [...known, ...KNOWN_ELSEWHERE];
  const unknown: UnknownSetting[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || names.includes(name) || !/^[A-Z][A-Z0-9_]+$/.test(name)) continue;
    if (SERVICE_LINK.test(name)) continue;
    const ours = OURS.test(name);
    const slips = ours ? Math.floor(name.length / 3) : name.length < SHORTEST_NAME ? 0 : MOST_SLIPS;
    const nearest = nearestName(name, names, slips);
    if (ours || nearest !== null) unknown.push({ name, nearest });
  }
  return unknown;
}

/** For people: what is wrong and what was probably meant. */
export function unknownSettingSentence({ name, nearest }: UnknownSetting): string {
  return `${name} is set, but no setting is called so${nearest === null ? '' : `; ${nearest} was probably meant`}.`;
}
