import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PAGE_OUTCOMES } from '../../../core/contract/states.js';
import type { ChunkBody } from '../../schemas/chunk.js';
import type { DocumentBody, PageBody } from '../../schemas/document.js';
import { PagePicture } from '../parts/page-picture.js';
import { sentenceOf } from '../parts/problem.js';
import { may, useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';

interface DocumentPagesProps {
  readonly document: DocumentBody;
  readonly pages: readonly PageBody[];
  readonly passages: readonly ChunkBody[];
  /** Page to begin with. */
  readonly asked: number | null;
  /** Passage to mark at first. */
  readonly passage: string | null;
  readonly onReread: () => void;
}

/** The page ledger as a strip; one page beside its text. */
export function DocumentPages({
  document,
  pages,
  passages,
  asked,
  passage,
  onReread,
}: DocumentPagesProps): JSX.Element {
  const texts = useTexts();
  const words = texts.document;
  const [chosen, setChosen] = useState(asked ?? pages[0]?.page ?? null);
  const page = pages.find((one) => one.page === chosen);
  const section = useRef<HTMLElement>(null);
  // Who comes from a citation wants to see it, not to look for it.
  useEffect(() => {
    if (passage !== null) section.current?.scrollIntoView();
  }, [passage]);
  const outcomes = PAGE_OUTCOMES.filter((outcome) => pages.some((one) => one.outcome === outcome));
  return (
    <section aria-labelledby="pages" ref={section}>
      <h2 id="pages">{words.pages}</h2>
      {pages.length === 0 ? (
        <p>{words.noPages}</p>
      ) : (
        <>
          <p class="help">{words.pagesHelp}</p>
          <ul class="legend">
            {outcomes.map((outcome) => (
              <li key={outcome}>
                <span class={`cell ${outcome}`} aria-hidden="true" />
                {words.outcomes[outcome] ?? outcome} ({pages.filter((one) => one.outcome === outcome).length})
              </li>
            ))}
          </ul>
          <ol class="strip">
            {pages.map((one) => (
              <li key={one.page}>
                <button
                  type="button"
                  class={`cell ${one.outcome}`}
                  aria-pressed={one.page === chosen}
                  aria-label={`${words.page(one.page)}: ${words.outcomes[one.outcome] ?? one.outcome}`}
                  title={describe(one, texts)}
                  onClick={() => setChosen(one.page)}
                >
                  {one.page}
                </button>
              </li>
            ))}
          </ol>
          {page ? (
            <OnePage
              key={page.page}
              document={document}
              page={page}
              passage={passage}
              passages={passages.filter(({ anchor }) => anchor.pages.includes(page.page))}
              onReread={onReread}
            />
          ) : null}
        </>
      )}
    </section>
  );
}

function describe({ outcome, scores }: PageBody, { document: words }: Texts): string {
  const said = words.outcomes[outcome] ?? outcome;
  const { ocrConfidence } = scores;
  if (ocrConfidence === undefined) return said;
  // Told from 0 to 1, or as recognition engines do, to 100.
  return `${said}; ${words.confidence(Math.round(ocrConfidence <= 1 ? ocrConfidence * 100 : ocrConfidence))}`;
}

interface OnePageProps {
  readonly document: DocumentBody;
  readonly page: PageBody;
  readonly passage: string | null;
  readonly passages: readonly ChunkBody[];
  readonly onReread: () => void;
}

function OnePage({ document, page, passage, passages, onReread }: OnePageProps): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.document;
  const [marked, setMarked] = useState(passages.find(({ chunkId }) => chunkId === passage)?.chunkId ?? null);
  const [said, setSaid] = useState<string | null>(null);
  const number = page.page;
  const reread = async (method: 'native' | 'ocr'): Promise<void> => {
    try {
      await session.client.rereadPage(document.documentId, number, method);
      setSaid(words.rereadDone);
      onReread();
    } catch (error) {
      setSaid(sentenceOf(error, texts));
    }
  };
  const of = marked === null ? { documentId: document.documentId, page: number } : { chunkId: marked, page: number };
  return (
    <div class="beside">
      <PagePicture of={of} />
      <div>
        <h3>
          {words.page(number)}: {describe(page, texts)}
        </h3>
        {page.reason === '' ? null : (
          <p class="help">
            {words.reason}: {page.reason}
          </p>
        )}
        {may(session, 'ingest') && document.state !== 'held' ? (
          <details class="more">
            <summary>{words.reread}</summary>
            <div class="actions">
              {(['native', 'ocr'] as const).map((method) => (
                <button key={method} type="button" class="quiet" onClick={() => void reread(method)}>
                  {words.rereadBy[method]}
                </button>
              ))}
            </div>
          </details>
        ) : null}
        <p role="status">{said}</p>
        <h4>{words.pageText(number)}</h4>
        {passages.length === 0 ? <p class="help">{words.noText}</p> : null}
        <ol class="passages">
          {passages.map(({ chunkId, text, anchor }) => (
            <li key={chunkId}>
              {anchor.sectionPath.length === 0 ? null : <p class="section">{anchor.sectionPath.join(' › ')}</p>}
              <p class="text">{text}</p>
              <button
                type="button"
                class="quiet"
                aria-pressed={marked === chunkId}
                onClick={() => setMarked(marked === chunkId ? null : chunkId)}
              >
                {words.mark}
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
