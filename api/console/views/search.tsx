import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SOURCE_TYPES } from '../../../core/contract/states.js';
import type { SearchMeta } from '../../client/client.js';
import type { SearchData, SearchFilters, SearchRequest } from '../../schemas/search.js';
import { CollectionChoice } from '../parts/collection-choice.js';
import { useLoad } from '../parts/load.js';
import { fieldText } from '../parts/field-text.js';
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
  const [modes, setModes] = useState<readonly Mode[]>(() => modesOf(query));
  const [answers, setAnswers] = useState<readonly Answer[] | null>(null);
  const [asked, setAsked] = useState<SearchRequest | null>(null);
  const [busy, setBusy] = useState(false);

  const form = useRef<HTMLFormElement>(null);
  /** Of two searches that overlap, the later one is shown. */
  const turn = useRef(0);

  const ask = async (): Promise<void> => {
    const request = requestOf(query);
    const mine = ++turn.current;
    setBusy(true);
    setAsked(request);
    const found = await Promise.all(
      modesOf(query).map(async (mode): Promise<Answer> => {
        try {
          return { mode, ...(await session.client.search({ ...request, mode })) };
        } catch (error) {
          return { mode, error };
        }
      }),
    );
    if (mine !== turn.current) return;
    setAnswers(found);
    setBusy(false);
  };
  // What is asked stands in the address: the way back from a document, and a reload, show the same answers.
  const place = query.toString();
  useEffect(() => {
    setCollection(query.get('collection'));
    setModes(modesOf(query));
    if (form.current) fill(form.current, query);
    if (!may(session, 'search')) return;
    if (query.get('q')) void ask();
    else setAnswers(null);
  }, [place]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const to = addressOf(new FormData(event.target as HTMLFormElement), collection, modes);
    if (to === location.hash) void ask();
    else go(to);
  };

  if (!may(session, 'search')) {
    return (
      <>
        <h1>{words.title}</h1>
        <p class="problem">{texts.notAllowed(texts.keys.scopes.search)}</p>
      </>
    );
  }
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">
        {words.lead}{' '}
        {may(session, 'read') || may(session, 'ingest') ? <a href={address('golden')}>{texts.golden.title}</a> : null}
      </p>
      <form class="search" role="search" ref={form} onSubmit={submit}>
        <div class="ask">
          <div class="field grow">
            <label for="query">{words.query}</label>
            <input id="query" name="q" type="search" required maxLength={2000} defaultValue={query.get('q') ?? ''} />
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
                <option key={count} value={count} selected={count === topKOf(query)}>
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
        <Filters isOpen={FILTERS.some((name) => query.has(name))} />
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

function Filters({ isOpen }: { isOpen: boolean }): JSX.Element {
  const texts = useTexts();
  const words = texts.search;
  return (
    <details class="more" open={isOpen}>
      <summary>{words.filters}</summary>
      <div class="filters">
        <div class="field">
          <label for="sourceType">{words.sourceType}</label>
          <select id="sourceType" name="sourceType">
            <option value="">{texts.all}</option>
            {SOURCE_TYPES.map((one) => (
              <option key={one} value={one}>
                {words.sourceTypes[one]}
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

/** Fields that narrow a search, as they are named in the form and in the address. */
const FILTERS = ['sourceType', 'language', 'publishedFrom', 'publishedTo', 'asOf', 'includeSuperseded'] as const;

function modesOf(query: URLSearchParams): readonly Mode[] {
  const named = query.get('modes')?.split('.') ?? [];
  const known = MODES.filter((mode) => named.includes(mode));
  return known.length > 0 ? known : ['hybrid'];
}

function topKOf(query: URLSearchParams): number {
  return TOP_K.find((count) => count === Number(query.get('topK'))) ?? DEFAULT_TOP_K;
}

function addressOf(fields: FormData, collection: string | null, modes: readonly Mode[]): string {
  const topK = fieldText(fields, 'topK');
  return address('search', null, {
    q: fieldText(fields, 'q'),
    collection,
    modes: modes.length === 1 && modes[0] === 'hybrid' ? null : modes.join('.'),
    topK: topK === String(DEFAULT_TOP_K) ? null : topK,
    ...Object.fromEntries(FILTERS.map((name) => [name, fieldText(fields, name)])),
  });
}

/** Shows in the form what the address asks, as after the way back; who is writing knows better. */
function fill(form: HTMLFormElement, query: URLSearchParams): void {
  for (const name of ['q', ...FILTERS]) {
    const field = form.elements.namedItem(name);
    if (field === document.activeElement) continue;
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = query.has(name);
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
      field.value = query.get(name) ?? '';
  }
}

function requestOf(query: URLSearchParams): SearchRequest {
  const filters: SearchFilters = {};
  const sourceType = SOURCE_TYPES.find((one) => one === query.get('sourceType'));
  const [collection, asOf] = [query.get('collection'), query.get('asOf')];
  if (sourceType) filters.sourceType = sourceType;
  for (const name of ['language', 'publishedFrom', 'publishedTo'] as const) {
    const value = query.get(name);
    if (value) filters[name] = value;
  }
  return {
    query: query.get('q') ?? '',
    topK: topKOf(query),
    ...(collection ? { collections: [collection] } : {}),
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
    ...(asOf ? { asOf } : {}),
    ...(query.has('includeSuperseded') ? { includeSuperseded: true } : {}),
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
