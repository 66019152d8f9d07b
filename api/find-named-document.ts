import type { AccessScope } from '../core/ports/access-scope.js';
import type { DocumentCatalog, DocumentView } from '../core/ports/document-catalog.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Documents whose names are looked at when a name is not known as it stands. */
const LOOKED_AT = 50;

export type NamedDocument = Pick<DocumentView, 'documentId' | 'externalId'>;

/** The document of this id or external id, else the only one of this external id without its ending; `null`: none is meant for sure. */
export async function findNamedDocument(
  documents: Pick<DocumentCatalog, 'get' | 'list'>,
  scope: AccessScope,
  name: string,
): Promise<NamedDocument | null> {
  const byId = UUID.test(name) ? await documents.get(scope, name) : null;
  if (byId) return byId;
  const [exact] = await documents.list(scope, { externalId: name, limit: 1 });
  if (exact) return exact;
  const similar = await documents.list(scope, { named: name, limit: LOOKED_AT });
  const sameStem = similar.filter(({ externalId }) => externalId.replace(/\.[^./]+$/, '') === name);
  return sameStem.length === 1 ? (sameStem[0] ?? null) : null;
}
