import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { HitBody } from '../../../schemas/chunk.js';
import { Confirm } from '../../parts/confirm.js';
import { useDeeds } from '../../parts/deed.js';
import { fieldText } from '../../parts/field-text.js';
import { Said } from '../../parts/said.js';
import { address } from '../../routing.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

const RANKS = [1, 3, 5, 10, 20];
/** As of the API. */
const DEFAULT_RANK = 10;

interface MakeGoldenProps {
  readonly hit: HitBody;
  readonly question: string;
}

/** Keeps a question together with the document that a hit shows to answer it. */
export function MakeGolden({ hit, question }: MakeGoldenProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.golden;
  const { externalId, collection, anchor } = hit;
  const name = hit.title ?? externalId;
  const [asking, setAsking] = useState(false);
  const [isMade, setMade] = useState(false);
  const { busy, problem, setProblem, act } = useDeeds();
  const form = useRef<HTMLFormElement>(null);
  const keep = (): void => {
    if (!form.current) return;
    const fields = new FormData(form.current);
    const phrase = fieldText(fields, 'phrase');
    const [onPages, block] = [fields.has('pages'), fields.has('block')];
    if (block && phrase === '' && !onPages) return setProblem(words.blockNeeds);
    void act(async () => {
      await client.declareGoldenQuestion({
        collection,
        question,
        documents: [{ externalId }],
        withinRank: Number(fieldText(fields, 'withinRank')),
        gate: block ? 'block' : 'warn',
        ...(phrase === '' ? {} : { phrase }),
        ...(onPages ? { pages: anchor.pages } : {}),
      });
      setAsking(false);
      setMade(true);
    });
  };
  return (
    <>
      {isMade ? (
        <>
          <Said said={words.made} />
          <a href={address('golden')}>{words.list}</a>
        </>
      ) : (
        <button
          type="button"
          class="quiet"
          aria-label={words.makeNamed(name)}
          onClick={() => {
            setProblem(null);
            setAsking(true);
          }}
        >
          {words.make}
        </button>
      )}
      {asking ? (
        <Confirm title={words.make} act={words.makeNow} busy={busy} onConfirm={keep} onClose={() => setAsking(false)}>
          <p>
            <strong>{question}</strong>
          </p>
          <p>
            {words.ask} <strong>{name}</strong>
          </p>
          <form
            ref={form}
            onSubmit={(event) => {
              event.preventDefault();
              keep();
            }}
          >
            {anchor.pages.length === 0 ? null : (
              <label class="choice">
                <input type="checkbox" name="pages" />
                {words.onPages(texts.search.pages(...anchor.pages))}
              </label>
            )}
            <div class="field">
              <label for="golden-phrase">{words.phrase}</label>
              <input id="golden-phrase" name="phrase" maxLength={500} aria-describedby="golden-phrase-help" />
              <p id="golden-phrase-help" class="help">
                {words.phraseHelp}
              </p>
            </div>
            <div class="field">
              <label for="golden-rank">{words.withinRank}</label>
              <select id="golden-rank" name="withinRank">
                {RANKS.map((rank) => (
                  <option key={rank} value={rank} selected={rank === DEFAULT_RANK}>
                    {rank}
                  </option>
                ))}
              </select>
            </div>
            <label class="choice">
              <input type="checkbox" name="block" />
              {words.block}
            </label>
          </form>
          <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
        </Confirm>
      ) : null}
    </>
  );
}
