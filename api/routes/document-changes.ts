import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { compareTexts } from '../../core/comparing/compare-texts.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { VersionChoice, VersionText } from '../../core/ports/document-catalog.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { explainAbsence } from '../present/absence.js';
import { presentChange, presentCounts } from '../present/changes.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { ChangeList, ChangesQuery } from '../schemas/changes.js';
import { DocumentParams } from '../schemas/document.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';

/** What differs between two versions of a document, or between two editions that are documents of their own. */
export function documentChangesRoutes({ catalog }: ApiDependencies): FastifyPluginAsyncTypebox {
  /** Errors: `DOCUMENT_NOT_FOUND`, `DOCUMENT_DELETED`, `DOCUMENT_NOT_PUBLISHED`, `VERSION_NOT_FOUND`, `VERSION_TEXT_GONE`. */
  async function textOf(scope: AccessScope, documentId: string, choice: VersionChoice): Promise<KeptText> {
    const found = await catalog.documents.versionText(scope, documentId, choice);
    if (found !== null) return kept(found);
    const live = choice === 'live' ? null : await catalog.documents.versionText(scope, documentId, 'live');
    if (live === null) throw await explainAbsence(catalog, scope, documentId);
    throw new ApiError(choice !== 'live' && 'before' in choice ? 'NO_FORMER_VERSION' : 'VERSION_NOT_FOUND');
  }

  return async (app) => {
    app.get(
      '/v1/documents/:documentId/changes',
      {
        config: { access: ['read'] },
        schema: {
          summary: 'What a version says otherwise than the one before it: changed numbers first',
          description:
            'Statements that were changed, with the old and the new numbers and the places of both; then those that are gone and new. Only versions that were published are compared.',
          tags: ['documents'],
          params: DocumentParams,
          querystring: ChangesQuery,
          response: { 200: success(ChangeList), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { documentId } = request.params;
        const { from, to, fromDocument, limit = DEFAULT_LIMIT, cursor } = request.query;
        const skipped = cursor === undefined ? 0 : numberCursor(cursor);

        const later = await textOf(scope, documentId, to === undefined ? 'live' : choiceOf(to));
        const earlierDocument = fromDocument ?? documentId;
        const earlier = await textOf(
          scope,
          earlierDocument,
          from !== undefined ? choiceOf(from) : fromDocument === undefined ? { before: later.number } : 'live',
        );
        await recordPassages(catalog.reviews, request, 'document.read', [
          { documentId, version: later, containsPhi: later.containsPhi },
          { documentId: earlierDocument, version: earlier, containsPhi: earlier.containsPhi },
        ]);

        const comparison = await compareTexts(earlier, later);
        const wanted = comparison.changes.slice(skipped, skipped + limit + 1);
        const { items, next } = cutPage(wanted, limit, () => String(skipped + limit));
        return succeed(request, reply, {
          from: compared(earlierDocument, earlier),
          to: compared(documentId, later),
          counts: presentCounts(comparison),
          changes: items.map((change) => presentChange(change, earlier, later)),
          next,
        });
      },
    );
  };
}

type KeptText = VersionText & { readonly text: string };

/** Errors: `VERSION_TEXT_GONE`. */
function kept(version: VersionText): KeptText {
  const { text } = version;
  if (text === null) throw new ApiError('VERSION_TEXT_GONE');
  return { ...version, text };
}

function choiceOf(version: number | string): VersionChoice {
  return typeof version === 'number' ? { number: version } : { versionId: version };
}

function compared(documentId: string, { versionId, number, publishedAt }: VersionText) {
  return { documentId, versionId, number, publishedAt: publishedAt.toISOString() };
}
