import type { UploadMetadata } from '../../core/ports/run-catalog.js';
import { ApiError } from '../errors.js';
import { inspectJson } from '../http/json-shape.js';

/** Ids of content systems have tens of characters; 500 keeps every index of the catalog small. */
const MAX_EXTERNAL_ID = 500;
/** Titles of papers reach 400 characters. */
const MAX_TITLE = 2_000;

/**
 * The part `metadata`: one JSON object with `externalId?`, `title?` and free keys. Without the part: nothing of these.
 * Errors: `METADATA_INVALID`, saying which field is wrong.
 */
export function parseUploadMetadata(text: string | null): UploadMetadata {
  if (text === null || text.trim() === '') return { custom: {} };
  return uploadMetadataOf(parseObject(text));
}

/** The same of an object that was checked already. Errors: `METADATA_INVALID`. */
export function uploadMetadataOf({ externalId, title, ...custom }: Record<string, unknown>): UploadMetadata {
  return {
    ...textField('externalId', externalId, MAX_EXTERNAL_ID),
    ...textField('title', title, MAX_TITLE),
    custom,
  };
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ApiError('METADATA_INVALID', { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new ApiError('METADATA_INVALID');
  switch (inspectJson(parsed)) {
    case 'too_deep':
      throw new ApiError('METADATA_INVALID', { explanation: 'It is nested deeper than 32 levels.' });
    case 'unstorable_text':
      throw new ApiError('METADATA_INVALID', { explanation: 'Its text must be valid Unicode without NUL characters.' });
    case 'fine':
      return parsed as Record<string, unknown>;
  }
}

function textField<N extends string>(name: N, value: unknown, maxLength: number): { [K in N]?: string } {
  if (value === undefined || value === null) return {};
  const text = typeof value === 'string' ? value.normalize('NFC').trim() : '';
  if (text === '' || text.length > maxLength) {
    throw new ApiError('METADATA_INVALID', {
      explanation: `metadata.${name} must be a text of 1 to ${maxLength} characters.`,
      details: { fields: [{ field: `metadata.${name}`, problem: `must be a text of 1 to ${maxLength} characters` }] },
    });
  }
  return { [name]: text } as { [K in N]?: string };
}
