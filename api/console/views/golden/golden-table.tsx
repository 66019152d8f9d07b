import type { JSX } from 'preact';
import type { GoldenQuestionBody } from '../../../schemas/golden-question.js';
import { time } from '../../parts/times.js';
import { address } from '../../routing.js';
import { type Texts, useTexts } from '../../texts/texts.js';

const TONES = { found: 'good', lost: 'bad', unchecked: 'plain' } as const;

interface GoldenTableProps {
  readonly questions: readonly GoldenQuestionBody[];
  /** Absent: the key may not. */
  readonly onRemove?: (golden: GoldenQuestionBody) => void;
}

export function GoldenTable({ questions, onRemove }: GoldenTableProps): JSX.Element {
  const texts = useTexts();
  const words = texts.golden;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.question}</th>
            <th scope="col">{words.expected}</th>
            <th scope="col">{words.stands}</th>
            {onRemove ? <th scope="col">{texts.upload.act}</th> : null}
          </tr>
        </thead>
        <tbody>
          {questions.map((golden) => (
            <tr key={golden.goldenQuestionId} data-state={golden.result.state}>
              <th scope="row" class="name">
                <a href={address('search', null, { q: golden.question, collection: golden.collection })}>
                  {golden.question}
                </a>
                <span class="help">{golden.collection}</span>
              </th>
              <td class="long" data-label={words.expected}>
                {expectationOf(golden, texts)}
                {golden.gate === 'block' ? <p class="help">{words.guards}</p> : null}
              </td>
              <td>
                <span class={`badge ${TONES[golden.result.state]}`}>{words.results[golden.result.state]}</span>{' '}
                <Standing golden={golden} />
              </td>
              {onRemove ? (
                <td class="actions">
                  <button
                    type="button"
                    class="danger quiet"
                    aria-label={words.removeNamed(golden.question)}
                    onClick={() => onRemove(golden)}
                  >
                    {words.remove}
                  </button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function expectationOf({ documents, pages, phrase }: GoldenQuestionBody, { golden: words, search }: Texts): string {
  const named = documents.map(({ externalId, documentId }) => externalId ?? documentId ?? '');
  return [
    named.length === 0 ? words.anyDocument : named.join(', '),
    ...(pages.length === 0 ? [] : [search.pages(...pages)]),
    ...(phrase === null ? [] : [words.holds(phrase)]),
  ].join(', ');
}

/** Where the answer stood at the last check, or why it is lost; and what was not published for its sake. */
function Standing({ golden: { result, heldBack } }: { golden: GoldenQuestionBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.golden;
  const { rank, checkedAt, reason, lostSince, publications } = result;
  const [suspect] = publications;
  return (
    <>
      {rank === null || checkedAt === null ? null : (
        <span class="help">{words.rank(rank, time(checkedAt, texts.locale))}</span>
      )}
      {lostSince === null ? null : <span class="help">{words.lostSince(time(lostSince, texts.locale))}</span>}
      {reason === null ? null : <p class="help">{words.reasons[reason]}</p>}
      {suspect ? (
        <p>
          <a href={address('document', suspect.documentId)}>{words.cause}</a>
        </p>
      ) : null}
      {heldBack === null ? null : <p class="note">{words.heldBack(time(heldBack.since, texts.locale))}</p>}
    </>
  );
}
