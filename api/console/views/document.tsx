import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DeletionReceipt, DocumentBody } from '../../schemas/document.js';
import { Confirm } from '../parts/confirm.js';
import { useLoad, Waiting } from '../parts/load.js';
import { useDeeds } from '../parts/deed.js';
import { Said } from '../parts/said.js';
import { StateBadge } from '../parts/state-badge.js';
import { day } from '../parts/times.js';
import type { MedindexClient } from '../../client/client.js';
import { address, go } from '../routing.js';
import { may, type Session, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { NewerVersion } from './document-newer.js';
import { DocumentChanges } from './document-changes.js';
import { DocumentPages } from './document-pages.js';
import { DocumentPassages } from './document-passages.js';
import { DocumentVersions } from './document-versions.js';

/** What a document's page shows before its parts are there. */
async function load({ client }: Session, documentId: string) {
  const document = await client.document(documentId);
  const [pages, versions, passages] = await Promise.all([
    client.documentPages(documentId, { version: document.state === 'needs_attention' ? 'newest' : 'live' }),
    client.documentVersions(documentId, { limit: 50 }),
    // Of what is not live there are none.
    document.version.publishedAt === null ? [] : client.documentChunks(documentId).then(({ chunks }) => chunks),
  ]);
  return { document, pages: pages.pages, versions: versions.versions, passages };
}

export function DocumentView({ documentId, query }: { documentId: string; query: URLSearchParams }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const { data, error, reload } = useLoad(() => load(session, documentId), [documentId]);
  const [receipt, setReceipt] = useState<DeletionReceipt | null>(null);
  if (data === null) {
    return (
      <>
        <p>
          <a href={address('library')}>{texts.document.back}</a>
        </p>
        <h1>{texts.document.one}</h1>
        <Waiting error={error} reload={reload} />
      </>
    );
  }
  const { document, pages, versions, passages } = data;
  const failed = pages.filter(({ outcome }) => outcome === 'failed').length;
  const counts = { pages: pages.length, passages: passages.length, versions: versions.length, failed };
  const back = <a href={address('library', document.collection)}>{texts.document.back}</a>;
  if (receipt) {
    const { eraseAt } = receipt;
    return (
      <>
        <p>{back}</p>
        <h1>{document.title ?? document.externalId}</h1>
        <Said
          said={[
            texts.document.deletedNow(counts.pages, counts.passages, counts.versions),
            ...(eraseAt === null ? [] : [texts.document.erasedOn(day(eraseAt, texts.locale))]),
          ].join(' ')}
        />
      </>
    );
  }
  return (
    <>
      <p>{back}</p>
      <h1>{document.title ?? document.externalId}</h1>
      <p>
        <StateBadge state={document.state} />{' '}
        {document.version.partial ? <span class="badge warn">{texts.document.partial}</span> : null}{' '}
        {texts.stateWords[document.state] ?? ''}
      </p>
      {document.reviewStatus === 'due' ? <p class="note">{texts.document.reviewDue}</p> : null}
      {document.supersededBy ? (
        <p class="note">
          {texts.document.superseded}{' '}
          <a href={address('document', document.supersededBy.documentId)}>{texts.document.showSuccessor}</a>
        </p>
      ) : null}
      <Acts document={document} counts={counts} onChanged={reload} onDeleted={setReceipt} />
      <Facts document={document} />
      <DocumentPages
        document={document}
        pages={pages}
        passages={passages}
        asked={Number(query.get('page')) || null}
        passage={query.get('passage')}
        onReread={reload}
      />
      <DocumentPassages passages={passages} />
      <DocumentVersions versions={versions} />
      <DocumentChanges document={document} versions={versions} />
    </>
  );
}

/** From so many characters on a fact stands on a line of its own. */
const WIDE_FACT = 60;

function Facts({ document }: { document: DocumentBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.document;
  const { locale } = texts;
  const facts: readonly (readonly [string, string | null])[] = [
    [texts.collection, document.collection],
    [words.externalId, document.externalId],
    [words.authors, document.authors.join(', ') || null],
    [words.published, document.publishedOn && day(document.publishedOn, locale)],
    [words.effective, document.effectiveFrom && day(document.effectiveFrom, locale)],
    [words.language, document.language],
    [words.version, String(document.version.number)],
    [words.review, document.reviewDueAt && day(document.reviewDueAt, locale)],
    ...Object.entries(document.metadata).map(([name, value]) => [name, shown(value)] as const),
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{words.facts}</h2>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} class={value.length > WIDE_FACT ? 'wide' : ''}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Leads to the review that the document waits for; to the queue where it was decided meanwhile. */
async function goToReview(client: MedindexClient, { documentId, collection }: DocumentBody): Promise<void> {
  for (let cursor: string | undefined; ;) {
    const { reviews, next } = await client.reviews({ collection, ...(cursor === undefined ? {} : { cursor }) });
    const found = reviews.find((review) => review.documentId === documentId);
    if (found || next === null) return go(address('reviews', found?.reviewId));
    cursor = next;
  }
}

interface ActsProps {
  readonly document: DocumentBody;
  readonly counts: { pages: number; passages: number; versions: number; failed: number };
  readonly onChanged: () => void;
  readonly onDeleted: (receipt: DeletionReceipt) => void;
}

function Acts({ document, counts, onChanged, onDeleted }: ActsProps): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.document;
  const [asking, setAsking] = useState<'delete' | 'publish' | 'confirm' | null>(null);
  const { busy, problem, act: done } = useDeeds();
  const { client } = session;
  const { documentId } = document;
  const collection = useLoad(() => client.collections(), [client]).data?.collections.find(
    ({ name }) => name === document.collection,
  );

  const act = (deed: () => Promise<void>): Promise<void> =>
    done(async () => {
      await deed();
      setAsking(null);
    });
  const download = (): Promise<void> =>
    act(async () => {
      const { fileName, bytes } = await client.documentSource(documentId);
      const pieces: BlobPart[] = [];
      for await (const piece of bytes) pieces.push(piece as Uint8Array<ArrayBuffer>);
      const url = URL.createObjectURL(new Blob(pieces));
      const link = Object.assign(window.document.createElement('a'), { href: url, download: fileName });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    });
  const problems = <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>;

  return (
    <div class="actions">
      <button type="button" class="quiet" disabled={busy} onClick={() => void download()}>
        {words.download}
      </button>
      {document.state !== 'deleted' && may(session, 'ingest') ? <NewerVersion document={document} /> : null}
      {document.state === 'held' && may(session, 'phi:review') ? (
        <button type="button" disabled={busy} onClick={() => void act(() => goToReview(client, document))}>
          {words.reviewIt}
        </button>
      ) : null}
      {document.state === 'needs_attention' && may(session, 'ingest') ? (
        <button type="button" onClick={() => setAsking('publish')}>
          {words.publishPartial}
        </button>
      ) : null}
      {document.reviewDueAt !== null && may(session, 'ingest') ? (
        <button
          type="button"
          class={document.reviewStatus === 'due' ? '' : 'quiet'}
          onClick={() => setAsking('confirm')}
        >
          {words.confirm}
        </button>
      ) : null}
      {document.state === 'deleted' || !may(session, 'delete') ? null : (
        <button type="button" class="danger quiet" onClick={() => setAsking('delete')}>
          {words.delete}
        </button>
      )}
      {asking === null ? problems : null}
      {asking === 'delete' ? (
        <Confirm
          title={words.deleteTitle}
          act={words.deleteConfirm}
          destructive
          busy={busy}
          onClose={() => setAsking(null)}
          onConfirm={() => void act(async () => onDeleted(await client.deleteDocument(documentId)))}
        >
          <p>
            <strong>{document.title ?? document.externalId}</strong>
          </p>
          <p>{words.deleteAsk(counts.pages, counts.passages, counts.versions)}</p>
          {collection ? <p>{words.deleteErase(collection.retentionDays)}</p> : null}
          {problems}
        </Confirm>
      ) : null}
      {asking === 'confirm' ? (
        <Confirm
          title={words.confirm}
          act={words.confirm}
          busy={busy}
          onClose={() => setAsking(null)}
          onConfirm={() =>
            void act(async () => {
              await client.confirmDocument(documentId);
              onChanged();
            })
          }
        >
          <p>{words.confirmAsk}</p>
          {problems}
        </Confirm>
      ) : null}
      {asking === 'publish' ? (
        <Confirm
          title={words.publishPartial}
          act={words.publishPartial}
          busy={busy}
          onClose={() => setAsking(null)}
          onConfirm={() =>
            void act(async () => {
              await client.publishPartial(documentId);
              onChanged();
            })
          }
        >
          <p>{words.publishPartialAsk(counts.failed)}</p>
          {problems}
        </Confirm>
      ) : null}
    </div>
  );
}
