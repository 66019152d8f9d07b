import { isOlder, type RecordRevision } from '../contract/record-revision.js';

/** The document that a record of a run withdraws, under its lock. */
export interface WithdrawnDocument {
  /** Of the live version, or of the one that a rescreen took out of the document; `null`: there is neither. */
  readonly latest: { readonly sequence: number; readonly revision: RecordRevision | null } | null;
  readonly isGone: boolean;
  /** There is a version of it, of whatever state. */
  readonly isKnown: boolean;
}

/**
 * `withdrawn`: the document is taken out, and the audit log says so. `kept-away`: it is gone already, or was never here;
 * nobody has to be told, but what was accepted before stays away. `overtaken`: what is live, or was until a rescreen held it, is newer than the record.
 */
export type WithdrawalVerdict = 'withdrawn' | 'kept-away' | 'overtaken';

/** What a record that withdraws its document does. `sequence`: of the run that read it. */
export function judgeWithdrawal(
  document: WithdrawnDocument,
  record: { readonly revision?: RecordRevision; readonly sequence: number },
): WithdrawalVerdict {
  const { latest } = document;
  if (latest && (latest.sequence > record.sequence || isOlder(record.revision, latest.revision))) return 'overtaken';
  return document.isGone || !document.isKnown ? 'kept-away' : 'withdrawn';
}
