import type { MedindexClient } from '../client/client.js';
import type { DocumentBody } from '../schemas/document.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Names shown when the one given is not known, or is not the only one. */
const SUGGESTIONS = 5;

/** A document that a command was to act on is not to be told from its name. The message says what to give instead. */
export class DocumentNotFound extends Error {
  override readonly name = 'DocumentNotFound';
}

/**
 * The id of the document that is meant: an id as it is, else the external id or file name (also without its extension), else
 * the only one whose title or external id holds the words. Errors: `DocumentNotFound`, naming the nearest, or saying that it was deleted.
 */
export async function findDocumentId(client: Pick<MedindexClient, 'documents'>, given: string): Promise<string> {
  if (UUID.test(given)) return given;
  const { documents: exact } = await client.documents({ externalId: given, limit: SUGGESTIONS });
  const [found] = exact;
  if (found && exact.length === 1) return found.documentId;
  if (exact.length > 1) throw ambiguous(given, exact);

  const { documents: near } = await client.documents({ named: given, limit: SUGGESTIONS });
  const [only] = near;
  const sameStem = near.filter(({ externalId }) => externalId.replace(/\.[^./]+$/, '') === given);
  if (sameStem[0] && sameStem.length === 1) return sameStem[0].documentId;
  if (only && near.length === 1) return only.documentId;
  if (near.length > 1) throw ambiguous(given, near);
  const gone = await client.documents({ named: given, state: 'deleted', limit: 1 });
  if (gone.documents[0]) {
    const { externalId, documentId } = gone.documents[0];
    throw new DocumentNotFound(
      `${externalId} was deleted and can no longer be found (document ${documentId}). Send its file again if it is to be there again.`,
    );
  }
  throw new DocumentNotFound(
    `There is no document "${given}". See those there are with: npx medindex documents --named <part of the name>`,
  );
}

function ambiguous(given: string, documents: readonly DocumentBody[]): DocumentNotFound {
  const names = documents.map(
    ({ documentId, externalId, collection }) => `  ${documentId}  ${collection}  ${externalId}`,
  );
  return new DocumentNotFound(
    `More than one document goes by "${given}". Give the id of the one you mean:\n${names.join('\n')}`,
  );
}
