import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { HitBody } from '../../schemas/chunk.js';
import { PagePicture } from '../parts/page-picture.js';
import { address } from '../routing.js';
import { may, useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';
import { MakeGolden } from './golden/make-golden.js';
import { markWords } from './mark-words.js';

/** What no scheme maps stands as the document has it. */
function gradeInWords(words: Texts['search'], grade: HitBody['recommendations'][number]): string {
  const { strength, certainty, direction, asWritten } = grade;
  if (strength === null) return asWritten;
  return [
    words.strength[strength],
    ...(direction === 'against' ? [words.against] : []),
    ...(certainty === null ? [] : [words.certainty[certainty]]),
  ].join(', ');
}

export function SearchHit({ hit, query }: { hit: HitBody; query: string }): JSX.Element {
  const texts = useTexts();
  const words = texts.search;
  const session = useSession();
  const { chunkId, documentId, title, externalId, collection, text, anchor, score, scores, partial, superseded } = hit;
  const [page = null] = anchor.pages;
  const [shown, setShown] = useState<number | null>(null);
  const name = title ?? externalId;
  // A document often begins with its title, which stands above already.
  const sections = anchor.sectionPath[0] === title ? anchor.sectionPath.slice(1) : anchor.sectionPath;
  const number = (value: number | null, digits: number): string =>
    value === null ? words.notFoundSo : value.toFixed(digits);
  return (
    <li class={shown === null ? 'hit card' : 'hit card with-page'} data-chunk={chunkId}>
      <div>
        <h3>
          <a
            href={address('document', documentId, {
              page: page === null ? null : String(page),
              passage: page === null ? null : chunkId,
            })}
          >
            {name}
          </a>
        </h3>
        <p class="section">
          {[collection, ...sections].join(' › ')}
          {anchor.pages.length === 0 ? '' : `, ${words.pages(...anchor.pages)}`}
        </p>
        {partial ? <p class="note">{words.partial}</p> : null}
        <p class="badges">
          {superseded ? <span class="badge warn">{words.supersededHit}</span> : null}
          {[...new Set(hit.recommendations.map((one) => gradeInWords(words, one)))].map((grade) => (
            <span key={grade} class="badge">
              {grade}
            </span>
          ))}
        </p>
        <p class="text">
          {markWords(text, query).map(({ text: piece, marked }, index) =>
            marked ? <mark key={index}>{piece}</mark> : piece,
          )}
        </p>
        <dl class="scores">
          <div>
            <dt>{words.score}</dt>
            <dd>
              <meter min={0} max={1} value={score} aria-label={words.score} /> {score.toFixed(2)}
            </dd>
          </div>
          <div>
            <dt>{words.meaning}</dt>
            <dd>{number(scores.vector, 2)}</dd>
          </div>
          <div>
            <dt>{words.words}</dt>
            <dd>{number(scores.text, 1)}</dd>
          </div>
        </dl>
        <div class="actions">
          {page === null ? null : (
            <button
              type="button"
              class="quiet"
              aria-expanded={shown !== null}
              aria-label={`${shown === null ? words.showPage : words.hidePage} ${words.pageOf(name)}`}
              onClick={() => setShown(shown === null ? page : null)}
            >
              {shown === null ? words.showPage : words.hidePage}
            </button>
          )}
          {shown !== null && anchor.pages.length > 1
            ? anchor.pages.map((one) => (
                <button
                  key={one}
                  type="button"
                  class="quiet"
                  aria-pressed={one === shown}
                  onClick={() => setShown(one)}
                >
                  {texts.document.page(one)}
                </button>
              ))
            : null}
          {may(session, 'ingest') && !superseded ? <MakeGolden hit={hit} question={query} /> : null}
        </div>
      </div>
      {shown === null ? null : <PagePicture of={{ chunkId, page: shown }} />}
    </li>
  );
}
