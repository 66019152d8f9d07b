import type { Supersession } from '../../../core/ports/document-catalog.js';

export interface SupersessionRow {
  effective_from: string | null;
  superseded: boolean;
  superseded_by: string | null;
  superseded_from: string | null;
}

/** Of a document `d`; its effective date is that of the version shown. */
export const supersessionColumns = (version: 'd' | 'v'): string => `
  ${version}.effective_from::text as effective_from,
  d.superseded_from <= (now() at time zone 'utc')::date as superseded,
  d.superseded_by, nullif(d.superseded_from, 'infinity')::text as superseded_from`;

export function toSupersession(row: SupersessionRow): Supersession {
  const { superseded_by: documentId, superseded_from: from } = row;
  return {
    effectiveFrom: row.effective_from,
    superseded: row.superseded,
    supersededBy: documentId === null || from === null ? null : { documentId, from },
  };
}
