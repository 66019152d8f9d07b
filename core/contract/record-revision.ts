/** How new a record says it is, whatever file it stands in and whenever that file came. */
export interface RecordRevision {
  /** Counts from 1; of a PubMed record the `Version` of its PMID. */
  readonly version: number;
  /** ISO 8601; absent where the record does not say. */
  readonly revisedOn?: string;
}

/** Whether the first is certainly older; false where that cannot be told. */
export function isOlder(first: RecordRevision | null | undefined, second: RecordRevision | null | undefined): boolean {
  if (!first || !second) return false;
  if (first.version !== second.version) return first.version < second.version;
  if (first.revisedOn === undefined || second.revisedOn === undefined) return false;
  // Dates are as precise as their record: 2021 is not older than 2021-03.
  const precision = Math.min(first.revisedOn.length, second.revisedOn.length);
  return first.revisedOn.slice(0, precision) < second.revisedOn.slice(0, precision);
}
