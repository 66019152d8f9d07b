/** How a document `d` (knowledge.documents) with a tombstone is shown; a person's word goes before that of its source. */
export const TOMBSTONE_STATE = `
  case when d.withdrawn_cause is not null and not d.deleted_by_hand then 'withdrawn' else 'deleted' end`;
