import * as account from '../schemas/account.js';
import * as answer from '../schemas/answer.js';
import * as audit from '../schemas/audit.js';
import * as cache from '../schemas/cache.js';
import * as changes from '../schemas/changes.js';
import * as chunk from '../schemas/chunk.js';
import * as codec from '../schemas/codec.js';
import * as collection from '../schemas/collection.js';
import * as context from '../schemas/context.js';
import * as document from '../schemas/document.js';
import * as envelope from '../schemas/envelope.js';
import * as goldenQuestion from '../schemas/golden-question.js';
import * as health from '../schemas/health.js';
import * as key from '../schemas/key.js';
import * as limits from '../schemas/limits.js';
import * as pageLink from '../schemas/page-link.js';
import * as question from '../schemas/question.js';
import * as rescreen from '../schemas/rescreen.js';
import * as review from '../schemas/review.js';
import * as run from '../schemas/run.js';
import * as search from '../schemas/search.js';
import * as statistics from '../schemas/statistics.js';
import * as sync from '../schemas/sync.js';
import * as upload from '../schemas/upload.js';
import * as uploadSession from '../schemas/upload-session.js';
import * as vectorIndex from '../schemas/vector-index.js';
import * as version from '../schemas/version.js';
import * as webhook from '../schemas/webhook.js';

/** Modules whose exported schemas get their names in the OpenAPI document. */
const MODULES: readonly Readonly<Record<string, unknown>>[] = [
  ...[
    account,
    answer,
    audit,
    cache,
    changes,
    chunk,
    codec,
    collection,
    context,
    document,
    envelope,
    goldenQuestion,
    health,
    key,
    limits,
    pageLink,
    question,
    rescreen,
    review,
    run,
    search,
    statistics,
    sync,
    upload,
    uploadSession,
    vectorIndex,
    version,
    webhook,
  ],
];

export type Schemas = Record<string, unknown>;

/**
 * Takes schemas that have a name in `api/schemas` out of the places where they stand, and leaves references: one name for
 * one shape, for people and for generated clients. Gives the schemas by name; `node` is changed in place.
 */
export class NamedSchemas {
  readonly found: Schemas = {};
  readonly #names = new Map<string, string>();
  /** Shapes that are checked elsewhere than by the schema of a route, by their names. */
  readonly #shown: Schemas = { UploadMetadata: upload.UploadMetadata };

  constructor() {
    for (const module of MODULES) {
      for (const [exported, schema] of Object.entries(module)) {
        if (isNamed(exported, schema)) this.#names.set(canonical(schema), exported.replace(/Body$/, ''));
      }
    }
    this.#names.set(canonical(upload.GivenMetadata), 'UploadMetadata');
  }

  /** The schema with references in the place of what has a name. */
  refer(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.refer(one));
    if (typeof schema !== 'object' || schema === null) return schema;
    const name = this.#names.get(canonical(schema));
    if (name === undefined) return this.#children(schema);
    this.found[name] ??= this.#children((this.#shown[name] as object | undefined) ?? schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Gives a schema a name of its own. */
  name(name: string, schema: unknown): unknown {
    this.found[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  }

  #children(schema: object): Schemas {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.refer(value)]));
  }
}

/** Objects, but not those that are only the parameters of an address. */
function isNamed(exported: string, schema: unknown): boolean {
  return (
    /^[A-Z][a-z]/.test(exported) &&
    !/(?:Params|Query|Headers)$/.test(exported) &&
    typeof schema === 'object' &&
    schema !== null &&
    'type' in schema &&
    schema.type === 'object' &&
    'properties' in schema
  );
}

/** The order of keys is nothing, and free keys are written in two ways. */
function canonical(schema: unknown): string {
  return JSON.stringify(schema, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([key, one]: [string, unknown]) =>
      key === 'patternProperties' ? (['additionalProperties', ofAnyKey(one)] as const) : ([key, one] as const),
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Of `{"^.*$": schema}`, which the framework writes as `additionalProperties`, the schema. */
function ofAnyKey(patterns: unknown): unknown {
  return typeof patterns === 'object' && patterns !== null && '^.*$' in patterns ? patterns['^.*$'] : patterns;
}
