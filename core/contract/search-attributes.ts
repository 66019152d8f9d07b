/**
 * Search attributes that make runs findable in the Temporal UI. They bypass the payload codec, so they carry
 * names of policy and numbers only, never text of a document. Registered when the stack starts.
 */
export const SEARCH_ATTRIBUTES = {
  organization: 'MedindexOrganization',
  collection: 'MedindexCollection',
  sourceType: 'MedindexSourceType',
  stage: 'MedindexStage',
  phiStatus: 'MedindexPhiStatus',
  pages: 'MedindexPages',
} as const;

/** Type of each attribute in the server's terms. */
export const SEARCH_ATTRIBUTE_TYPES = {
  MedindexOrganization: 'KEYWORD',
  MedindexCollection: 'KEYWORD',
  MedindexSourceType: 'KEYWORD',
  MedindexStage: 'KEYWORD',
  MedindexPhiStatus: 'KEYWORD',
  MedindexPages: 'INT',
} as const;
