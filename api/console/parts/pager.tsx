import type { JSX } from 'preact';
import { useTexts } from '../texts/texts.js';

interface PagerProps {
  /** The cursors of the pages behind the first, up to the one that is shown. */
  readonly cursors: readonly string[];
  /** Cursor of the next page; `null`: this is the last. */
  readonly next: string | null;
  readonly onChange: (cursors: readonly string[]) => void;
}

/** Goes through a list by its cursors; nothing where there is one page only. */
export function Pager({ cursors, next, onChange }: PagerProps): JSX.Element | null {
  const texts = useTexts();
  if (cursors.length === 0 && next === null) return null;
  const page = texts.library.page(cursors.length + 1);
  return (
    <nav class="paging" aria-label={page}>
      <button
        type="button"
        class="quiet"
        disabled={cursors.length === 0}
        onClick={() => onChange(cursors.slice(0, -1))}
      >
        {texts.previous}
      </button>
      <span aria-live="polite">{page}</span>
      <button
        type="button"
        class="quiet"
        disabled={next === null}
        onClick={() => next !== null && onChange([...cursors, next])}
      >
        {texts.next}
      </button>
    </nav>
  );
}
