import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ChunkBody } from '../../schemas/chunk.js';
import { useTexts } from '../texts/texts.js';

/** A book has thousands; so many are drawn at once. */
const SHOWN_AT_ONCE = 50;

export function DocumentPassages({ passages }: { passages: readonly ChunkBody[] }): JSX.Element {
  const texts = useTexts();
  const words = texts.document;
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const rest = passages.length - shown;
  return (
    <details class="section-more">
      <summary>
        <h2>
          {words.passages} ({passages.length})
        </h2>
      </summary>
      <p class="help">{passages.length === 0 ? words.noPassages : words.passagesHelp}</p>
      <ol class="passages">
        {passages.slice(0, shown).map(({ chunkId, text, anchor }) => (
          <li key={chunkId}>
            <p class="section">
              {[...anchor.sectionPath, ...(anchor.pages.length > 0 ? [texts.search.pages(...anchor.pages)] : [])].join(
                ' › ',
              )}
            </p>
            <p class="text">{text}</p>
          </li>
        ))}
      </ol>
      {rest > 0 ? (
        <button type="button" class="quiet" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          {words.showMore(Math.min(rest, SHOWN_AT_ONCE))}
        </button>
      ) : null}
    </details>
  );
}
