import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { certify, hashesOf } from '../../core/certifying/certify.js';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { VersionReading } from '../../core/contract/reading.js';
import type { VersionState } from '../../core/contract/states.js';
import type { LedgerVersion } from '../../core/ports/document-catalog.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { explainNoVersion } from '../present/absence.js';
import { presentAccount } from '../present/account.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { AccountBody, CertificateBody, CertificateKeyBody } from '../schemas/account.js';
import { DocumentParams, PageListQuery } from '../schemas/document.js';
import { guardedRefusals, success } from '../schemas/envelope.js';

const READ = { config: { access: ['read'] as const } };

/** Of all others nothing is told: they are held, or wait for nobody. */
const SHOWN_STATES: ReadonlySet<VersionState> = new Set<VersionState>(['published', 'needs_attention']);

/** What became of every word of a document, and its certificate. */
export function accountRoutes({
  catalog,
  objects,
  certificates,
  version: programVersion,
}: ApiDependencies): FastifyPluginAsyncTypebox {
  async function accountedVersion(request: FastifyRequest, documentId: string, named: string) {
    const { scope } = principalOf(request);
    const which: LedgerVersion = named === 'live' || named === 'newest' ? named : { versionId: named };
    const found = await catalog.documents.account(scope, documentId, which);
    if (!found) throw await explainNoVersion(catalog, scope, documentId);
    const { state, readingRef, wordCounts: counts } = found;
    if (!SHOWN_STATES.has(state)) throw new ApiError('DOCUMENT_NOT_PUBLISHED', { details: { state } });
    if (!readingRef || !counts) throw new ApiError('ACCOUNT_MISSING');
    const { reading } = await storedReading(readingRef);
    const { account } = reading;
    if (!account) throw new ApiError('ACCOUNT_MISSING');
    const shown = { documentId, version: { versionId: found.versionId, number: found.number } };
    await recordPassages(catalog.reviews, request, 'document.read', [{ ...shown, containsPhi: found.containsPhi }]);
    return { found, reading, account, quoted: scope.readsPhi === true };
  }

  async function storedReading(ref: ObjectRef): Promise<VersionReading> {
    try {
      return JSON.parse(Buffer.from(await objects.get(ref)).toString('utf8')) as VersionReading;
    } catch (error) {
      if (error instanceof Failure && error.code === 'OBJECT_MISSING') throw new ApiError('ACCOUNT_MISSING');
      throw error;
    }
  }

  return async (app) => {
    app.get(
      '/v1/documents/:documentId/account',
      {
        ...READ,
        schema: {
          summary: 'What became of every word of the source',
          description:
            'A second, simple reading lists the words that a person can see in the source. Those that the text does not have are furniture, hidden, ' +
            'struck through, or lost.',
          tags: ['documents'],
          params: DocumentParams,
          querystring: PageListQuery,
          response: { 200: success(AccountBody), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { version = 'live' } = request.query;
        const { found, account, quoted } = await accountedVersion(request, request.params.documentId, version);
        return succeed(request, reply, presentAccount(found, account, quoted));
      },
    );

    app.get(
      '/v1/documents/:documentId/certificate',
      {
        ...READ,
        schema: {
          summary: 'The signed certificate of a version',
          description:
            'Hashes of file, text and pages, the page ledger, and the counts of the account, signed with Ed25519 by the key of the system. ' +
            '"npx medindex verify" checks it, without this system where its public key is at hand.',
          tags: ['documents'],
          params: DocumentParams,
          querystring: PageListQuery,
          response: { 200: success(CertificateBody), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { documentId } = request.params;
        const { found, reading, account } = await accountedVersion(
          request,
          documentId,
          request.query.version ?? 'live',
        );
        if (!found.file) throw new ApiError('ORIGINAL_GONE');
        const certificate = certify(
          {
            certificate: 1,
            documentId,
            versionId: found.versionId,
            state: found.state,
            partial: found.partial,
            publishedAt: found.publishedAt?.toISOString() ?? null,
            file: found.file,
            ...hashesOf(reading),
            words: wordCounts(account),
            pipelineVersion: account.pipelineVersion,
            programVersion,
            certifiedAt: new Date().toISOString(),
          },
          certificates,
        );
        return succeed(request, reply, certificate as CertificateBody);
      },
    );

    app.get(
      '/v1/certificates/key',
      {
        ...READ,
        schema: {
          summary: 'The public key by which certificates of this system are checked',
          tags: ['documents'],
          response: { 200: success(CertificateKeyBody), ...guardedRefusals() },
        },
      },
      async (request, reply) =>
        succeed(request, reply, { algorithm: 'Ed25519' as const, publicKey: certificates.publicKey }),
    );
  };
}
