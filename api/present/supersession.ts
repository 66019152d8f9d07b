import type { Supersession } from '../../core/ports/document-catalog.js';

export function presentSupersession({ effectiveFrom, superseded, supersededBy }: Supersession) {
  return {
    effectiveFrom,
    superseded,
    supersededBy: supersededBy && { documentId: supersededBy.documentId, from: supersededBy.from },
  };
}
