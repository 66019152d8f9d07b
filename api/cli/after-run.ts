import type { MedindexClient } from '../client/client.js';
import type { DocumentBody } from '../schemas/document.js';
import type { RunBody } from '../schemas/run.js';
import type { AcceptedUpload } from '../schemas/upload.js';
import { describeFindings } from './document-words.js';

/** Documents of one run that are looked at: a file of records can hold thousands. */
const LOOKED_AT = 3;

/**
 * What an editor wants to know once a run has ended: of a held document what was found and where, and what to do; of one
 * that takes the place of others, until when those are found. Lines to be shown under the run's own.
 */
export async function linesAfter(
  client: Pick<MedindexClient, 'document' | 'documentVersions'>,
  run: Pick<RunBody, 'state' | 'documents' | 'fileName'>,
  supersedes: AcceptedUpload['supersedes'] = [],
): Promise<string[]> {
  switch (run.state) {
    case 'held':
      return linesOfHeld(client, run);
    case 'published':
    case 'unchanged':
      return Promise.all(supersedes.map((predecessor) => lineOfPredecessor(client, predecessor)));
    case 'running':
    case 'needs_attention':
    case 'rejected':
    case 'failed':
    case 'superseded':
    case 'cancelled':
      return [];
  }
}

async function linesOfHeld(
  client: Pick<MedindexClient, 'documentVersions'>,
  { documents, fileName }: Pick<RunBody, 'documents' | 'fileName'>,
): Promise<string[]> {
  const held = documents.filter(({ state }) => state === 'held');
  const lines: string[] = [];
  for (const { documentId, externalId } of held.slice(0, LOOKED_AT)) {
    const { versions } = await client.documentVersions(documentId, { limit: 1 });
    const found = describeFindings(versions[0]?.findings ?? [], held.length > 1 ? 'entry' : 'sentence');
    lines.push(...found.map((finding) => (held.length > 1 ? `${externalId}, ${finding}` : `found ${finding}`)));
  }
  if (held.length > LOOKED_AT) lines.push(`and ${held.length - LOOKED_AT} more documents`);
  if (held.length > 0)
    lines.push(
      `to do: have it reviewed (npx medindex reviews list), or take it out of the file and send it again under the same name (${fileName})`,
    );
  return lines;
}

async function lineOfPredecessor(
  client: Pick<MedindexClient, 'document'>,
  { documentId, externalId }: NonNullable<AcceptedUpload['supersedes']>[number],
): Promise<string> {
  const { title, supersededBy } = await client.document(documentId);
  const name = title === null ? externalId : `${title} (${externalId})`;
  return supersededBy === null
    ? `is to take the place of ${name}, which is found until this one is in force`
    : `takes the place of ${name}, which is found until ${supersededBy.from}`;
}

/** What the live version of this name takes the place of, before another version of it is sent; `null`: there is none. */
export async function placesTakenBefore(
  client: Pick<MedindexClient, 'documents'>,
  { collection, externalId }: Pick<DocumentBody, 'collection' | 'externalId'>,
): Promise<DocumentBody['supersedes'] | null> {
  const { documents } = await client.documents({ collection, externalId, limit: 1 });
  return documents[0]?.supersedes ?? null;
}

/**
 * A new version keeps the places that the one before took, unless its upload or its file names others: then those come back
 * beside it. One line for each that came back, as that is seldom meant.
 */
export async function linesOfPlacesLeft(
  client: Pick<MedindexClient, 'document'>,
  { state, documents }: Pick<RunBody, 'state' | 'documents'>,
  before: DocumentBody['supersedes'] | null,
): Promise<string[]> {
  const [sent] = documents;
  if (state !== 'published' || !sent || before === null || before.length === 0) return [];
  const { supersedes } = await client.document(sent.documentId);
  return before
    .filter((name) => !supersedes.includes(name))
    .map(
      (name) =>
        `no longer takes the place of ${name}, which is found again; if that is not meant, send it again with --supersedes ${name}`,
    );
}
