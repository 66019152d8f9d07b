import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { PHI_CATEGORIES, type PhiCategory } from '../../../core/contract/finding.js';
import type { FindingBody } from '../../schemas/review.js';
import { useTexts } from '../texts/texts.js';

/** Words that a reviewer marks beside what screening found. */
export interface Span {
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
  /** The words themselves, so that people see what they chose. */
  readonly text: string;
}

interface ReviewFindingProps {
  readonly finding: FindingBody;
  /** Length of the held text. */
  readonly characters: number;
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly onSpan: (span: Span) => void;
}

/** What was found, between what stands before and after it. Words that are selected there can go as well. */
export function ReviewFinding({ finding, characters, chosen, onToggle, onSpan }: ReviewFindingProps): JSX.Element {
  const texts = useTexts();
  const words = texts.reviews;
  const context = useRef<HTMLParagraphElement>(null);
  const [category, setCategory] = useState<PhiCategory>('patient_name');
  const [said, setSaid] = useState<string | null>(null);
  const { ordinal, before, text, after, start, page, recogniser, score, dismissed } = finding;
  const name = words.categories[finding.category] ?? finding.category;

  const isCutBefore = start > before.length;
  const isCutAfter = finding.field === null && finding.end + after.length < characters;

  const add = (): void => {
    const selected = context.current === null ? null : selectionWithin(context.current);
    setSaid(selected ? null : words.selectFirst);
    if (!selected) return;
    const from = start - before.length + selected.start;
    onSpan({ category, start: from, end: from + selected.text.length, text: selected.text });
  };
  return (
    <li>
      <label class="choice">
        <input type="checkbox" checked={chosen} onChange={onToggle} />
        <strong>{name}</strong>
        <span class="help">
          {page === null ? '' : `${texts.search.pages(page)}, `}
          {recogniser}, {Math.round(score * 100)} %
        </span>
        {dismissed ? <span class="badge plain">{words.dismissed}</span> : null}
      </label>
      <p
        class={`text ${isCutBefore ? 'cut-before' : ''} ${isCutAfter ? 'cut-after' : ''}`}
        ref={context}
        data-ordinal={ordinal}
      >
        {before}
        <mark>{text}</mark>
        {after}
      </p>
      <details class="more">
        <summary>{words.more}</summary>
        <p class="help">{words.selectHelp}</p>
        <div class="actions">
          <select
            aria-label={words.category}
            value={category}
            onChange={({ currentTarget }) =>
              setCategory(PHI_CATEGORIES.find((one) => one === currentTarget.value) ?? category)
            }
          >
            {PHI_CATEGORIES.map((one) => (
              <option key={one} value={one}>
                {words.categories[one]}
              </option>
            ))}
          </select>
          {/* A press on a button would take the selection away before it is read. */}
          <button type="button" class="quiet" onMouseDown={(event) => event.preventDefault()} onClick={add}>
            {words.addSelected}
          </button>
        </div>
        <p role="status">{said}</p>
      </details>
    </li>
  );
}

/** What the user selected of an element's text, by offsets in UTF-16 code units; `null`: nothing, or something elsewhere. */
function selectionWithin(element: HTMLElement): { start: number; text: string } | null {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (range.collapsed || !element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const ahead = document.createRange();
  ahead.selectNodeContents(element);
  ahead.setEnd(range.startContainer, range.startOffset);
  return { start: ahead.toString().length, text: range.toString() };
}
