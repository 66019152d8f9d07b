import type { UploadMetadata } from '../../core/ports/run-catalog.js';
import { calendarDay } from '../../core/reading/facts/calendar-day.js';
import { MAX_NAME_LENGTH, MAX_SUPERSEDED } from '../../core/reading/facts/guideline-facts.js';
import { ApiError } from '../errors.js';
import { inspectJson } from '../http/json-shape.js';

/** Ids of content systems have tens of characters; 500 keeps every index of the catalog small. */
const MAX_EXTERNAL_ID = 500;
/** Titles of papers reach 400 characters. */
const MAX_TITLE = 2_000;

/**
 * The part `metadata`: one JSON object with `externalId?`, `title?`, `effectiveFrom?` (a day), `supersedes?` (a name or a
 * list of them), `supersedesLater?` and free keys. Without the part: nothing of these.
 * Errors: `METADATA_INVALID`, saying which field is wrong.
 */
export function parseUploadMetadata(text: string | null): GivenMetadata {
  if (text === null || text.trim() === '') return { metadata: { custom: {} }, later: false };
  return uploadMetadataOf(parseObject(text));
}

export interface GivenMetadata {
  readonly metadata: UploadMetadata;
  /** What it supersedes may come after it. */
  readonly later: boolean;
}

/** The same of an object that was checked already. Errors: `METADATA_INVALID`. */
export function uploadMetadataOf(given: Record<string, unknown>): GivenMetadata {
  const { externalId, title, effectiveFrom, supersedes, supersedesLater = false, ...custom } = given;
  if (typeof supersedesLater !== 'boolean') throw invalid('supersedesLater', 'must be true or false');
  const named = textField('externalId', externalId, MAX_EXTERNAL_ID);
  const metadata = {
    ...named,
    ...textField('title', title, MAX_TITLE),
    ...dayField('effectiveFrom', effectiveFrom),
    ...namesField('supersedes', supersedes, named.externalId),
    custom,
  };
  return { metadata, later: supersedesLater };
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
  const text = textOf(value);
  if (text === '' || text.length > maxLength) throw invalid(name, `must be a text of 1 to ${maxLength} characters`);
  return { [name]: text } as { [K in N]?: string };
}

function dayField<N extends string>(name: N, value: unknown): { [K in N]?: string } {
  if (value === undefined || value === null) return {};
  const day = calendarDay(textOf(value));
  if (day === undefined) throw invalid(name, 'must be a day of the calendar, as 2025-06-01');
  return { [name]: day } as { [K in N]?: string };
}

/** An empty list is a word too: it supersedes nothing, whatever the file says. */
function namesField(name: 'supersedes', value: unknown, ownName: string | undefined): { supersedes?: string[] } {
  if (value === undefined || value === null) return {};
  const names = (Array.isArray(value) ? value : [value]).map(textOf);
  if (names.length > MAX_SUPERSEDED || names.some((text) => text === '' || text.length > MAX_NAME_LENGTH)) {
    throw invalid(
      name,
      `must be a document id or external id, or a list of at most ${MAX_SUPERSEDED}, each of 1 to ${MAX_NAME_LENGTH} characters`,
    );
  }
  if (ownName !== undefined && names.includes(ownName)) {
    throw invalid(name, 'must not name the document itself; a new upload of it replaces the former one in any case');
  }
  return { [name]: [...new Set(names)] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFC').trim() : '';
}

function invalid(name: string, problem: string): ApiError {
  return new ApiError('METADATA_INVALID', {
    explanation: `metadata.${name} ${problem}.`,
    details: { fields: [{ field: `metadata.${name}`, problem }] },
  });
}
