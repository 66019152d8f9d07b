import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { SOURCE_TYPES } from '../../../core/contract/states.js';
import type { SearchMeta } from '../../client/client.js';
import type { SearchData, SearchFilters, SearchRequest } from '../../schemas/search.js';
import { CollectionChoice } from '../parts/collection-choice.js';
import { useLoad } from '../parts/load.js';
import { sentenceOf } from '../parts/problem.js';
import { go, address } from '../routing.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { AsCurl } from './search-curl.js';
import { SearchHit } from './search-hit.js';

const MODES = ['hybrid', 'vector', 'text'] as const;
type Mode = (typeof MODES)[number];
const TOP_K = [3, 5, 10, 20];
const DEFAULT_TOP_K = 5;

type Answer = { readonly mode: Mode } & ({ data: SearchData; meta: SearchMeta } | { error: unknown });

export function Search({ query }: { query: URLSearchParams }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.search;
  const collections = useLoad(() => session.client.collections(), [session]).data?.collections ?? [];
  const [collection, setCollection] = useState(query.get('collection'));
  const [modes, setModes] = useState<readonly Mode[]>(['hybrid']);
  const [answers, setAnswers] = useState<readonly Answer[] | null>(null);
  const [asked, setAsked] = useState<SearchRequest | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const request = requestOf(new FormData(event.target as HTMLFormElement), collection);
    setBusy(true);
    setAsked(request);
    go(address('search', null, { q: request.query, collection }));
    const found = await Promise.all(
      modes.map(async (mode): Promise<Answer> => {
        try {
          return { mode, ...(await session.client.search({ ...request, mode })) };
        } catch (error) {
          return { mode, error };
        }
      }),
    );
    setAnswers(found);
    setBusy(false);
  };

  if (!may(session, 'search')) {
    return (
      <>
        <h1>{words.title}</h1>
        <p class="problem">{texts.notAllowed('search')}</p>
      </>
    );
  }
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <form class="search" role="search" onSubmit={(event) => void submit(event)}>
        <div class="ask">
          <div class="field grow">
            <label for="query">{words.query}</label>
            <input
              id="query"
              name="query"
              type="search"
              required
              maxLength={2000}
              defaultValue={query.get('q') ?? ''}
            />
          </div>
          <button type="submit" disabled={busy || modes.length === 0}>
            {busy ? words.searching : words.submit}
          </button>
        </div>
        <div class="filters">
          <CollectionChoice
            id="in-collection"
            collections={collections}
            chosen={collection}
            all={words.allCollections}
            onChoose={setCollection}
          />
          <div class="field">
            <label for="topK">{words.topK}</label>
            <select id="topK" name="topK">
              {TOP_K.map((count) => (
                <option key={count} value={count} selected={count === DEFAULT_TOP_K}>
                  {count}
                </option>
              ))}
            </select>
          </div>
          <fieldset>
            <legend>{words.modes}</legend>
            {MODES.map((mode) => (
              <label key={mode} class="choice">
                <input
                  type="checkbox"
                  checked={modes.includes(mode)}
                  onChange={({ currentTarget }) =>
                    setModes(MODES.filter((one) => (one === mode ? currentTarget.checked : modes.includes(one))))
                  }
                />
                {words.mode[mode]} <span class="help">({words.modeHelp[mode]})</span>
              </label>
            ))}
          </fieldset>
        </div>
        <Filters />
      </form>
      <div role="status" class="help">
        {modes.length === 0 ? words.noMode : busy ? words.searching : ''}
      </div>
      {answers === null ? (
        busy ? null : (
          <p class="empty">{words.first}</p>
        )
      ) : (
        <Answers answers={answers} asked={asked} />
      )}
    </>
  );
}

function Filters(): JSX.Element {
  const words = useTexts().search;
  const texts = useTexts();
  return (
    <details class="more">
      <summary>{words.filters}</summary>
      <div class="filters">
        <div class="field">
          <label for="sourceType">{words.sourceType}</label>
          <select id="sourceType" name="sourceType">
            <option value="">{texts.all}</option>
            {SOURCE_TYPES.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="language">{words.language}</label>
          <input id="language" name="language" size={4} pattern="[a-z]{2,3}" title={words.languageHelp} />
        </div>
        {(['publishedFrom', 'publishedTo', 'asOf'] as const).map((name) => (
          <div key={name} class="field">
            <label for={name}>{words[name]}</label>
            <input id={name} name={name} type="date" />
          </div>
        ))}
        <label class="choice">
          <input type="checkbox" name="includeSuperseded" />
          {words.includeSuperseded}
        </label>
      </div>
    </details>
  );
}

function requestOf(fields: FormData, collection: string | null): SearchRequest {
  const text = (name: string): string | null => {
    const value = fields.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const filters: SearchFilters = {};
  const sourceType = SOURCE_TYPES.find((one) => one === text('sourceType'));
  const language = text('language');
  const [publishedFrom, publishedTo, asOf] = [text('publishedFrom'), text('publishedTo'), text('asOf')];
  if (sourceType) filters.sourceType = sourceType;
  if (language) filters.language = language;
  if (publishedFrom) filters.publishedFrom = publishedFrom;
  if (publishedTo) filters.publishedTo = publishedTo;
  return {
    query: text('query') ?? '',
    topK: Number(text('topK') ?? DEFAULT_TOP_K),
    ...(collection === null ? {} : { collections: [collection] }),
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
    ...(asOf === null ? {} : { asOf }),
    ...(fields.get('includeSuperseded') === null ? {} : { includeSuperseded: true }),
  };
}

function Answers({ answers, asked }: { answers: readonly Answer[]; asked: SearchRequest | null }): JSX.Element {
  const texts = useTexts();
  const words = texts.search;
  return (
    <>
      {/* The class says how many stand side by side, as the page's policy takes no styles of elements. */}
      <div class={`answers of-${answers.length}`}>
        {answers.map((answer) => (
          <section key={answer.mode} aria-label={words.mode[answer.mode]} data-mode={answer.mode}>
            <h2>{words.mode[answer.mode]}</h2>
            {'error' in answer ? (
              <p class="problem" role="alert">
                {sentenceOf(answer.error, texts)}
              </p>
            ) : (
              <>
                <p class="help">
                  {words.found(shownOf(answer.data).length, Math.round(answer.meta.tookMs))}. {words.confidence}:{' '}
                  {answer.data.confidence.toFixed(2)}
                </p>
                {answer.meta.degraded === undefined ? null : (
                  <p class="note">
                    {words.degraded}: {answer.meta.degraded}
                  </p>
                )}
                {shownOf(answer.data).length === 0 ? (
                  <p class="empty">
                    <strong>{words.nothing}</strong> {words.nothingHelp}
                  </p>
                ) : (
                  <ol class="hits">
                    {shownOf(answer.data).map((hit) => (
                      <SearchHit key={hit.chunkId} hit={hit} query={asked?.query ?? ''} />
                    ))}
                  </ol>
                )}
              </>
            )}
          </section>
        ))}
      </div>
      {asked === null ? null : <AsCurl request={{ ...asked, mode: answers[0]?.mode ?? 'hybrid' }} />}
    </>
  );
}

/** Near misses stand in the place of hits where nothing answers. */
function shownOf({ hits, nearMisses }: SearchData): SearchData['hits'] {
  return hits.length > 0 ? hits : nearMisses;
}
