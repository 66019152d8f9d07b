import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { DOCUMENT_STATES, type DocumentState } from '../../../core/contract/states.js';
import { CollectionChoice } from '../parts/collection-choice.js';
import { fieldText } from '../parts/field-text.js';
import { useLoad, Waiting } from '../parts/load.js';
import { StateBadge } from '../parts/state-badge.js';
import { Pager } from '../parts/pager.js';
import { time } from '../parts/times.js';
import { address, go } from '../routing.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

/** A page is quick to read and to draw; the list behind it may have 100,000 rows. */
const ROWS = 50;

export function Library({ collection, query }: { collection: string | null; query: URLSearchParams }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const list = useLoad(() => session.client.collections(), [session]);
  const collections = list.data?.collections ?? [];
  const known = collections.find(({ name }) => name === collection);

  return (
    <>
      <h1>{texts.library.title}</h1>
      {list.data === null ? (
        <Waiting {...list} />
      ) : collections.length === 0 ? (
        <p>{texts.noCollections}</p>
      ) : collection === null ? (
        <>
          <p>{texts.library.chooseFirst}</p>
          <ul class="cards">
            {collections.map(({ name, documents, chunks }) => (
              <li key={name}>
                <a class="card" href={address('library', name)}>
                  <strong>{name}</strong>
                  <span>{texts.library.documents(documents)}</span>
                  <span>{texts.library.passages(chunks)}</span>
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <CollectionChoice
            id="collection"
            collections={known ? collections : [...collections]}
            chosen={collection}
            onChoose={(name) => go(address('library', name))}
          />
          <Documents key={collection} collection={collection} query={query} />
        </>
      )}
    </>
  );
}

/** A filter is applied while it is typed, once its writer pauses: a keystroke itself asks nobody. */
const PAUSE_MS = 200;

function Documents({ collection, query }: { collection: string; query: URLSearchParams }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.library;
  const state = DOCUMENT_STATES.find((one) => one === query.get('state')) ?? null;
  const named = query.get('named');
  const due = query.has('due');
  const filters = JSON.stringify([state, named, due]);
  // Cursors of the pages up to this one; the first page has none. They belong to the filters.
  const [pages, setPages] = useState<{ filters: string; cursors: readonly string[] }>({ filters, cursors: [] });
  const cursors = pages.filters === filters ? pages.cursors : [];
  const cursor = cursors.at(-1);
  const { data, error, reload } = useLoad(
    () =>
      session.client.documents({
        collection,
        limit: ROWS,
        ...(state === null ? {} : { state }),
        ...(named === null ? {} : { named }),
        ...(due ? { reviewStatus: 'due' as const } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    [filters, cursor],
  );
  useEffect(() => scrollTo(0, 0), [cursor]);
  const filtered = state !== null || named !== null || due;

  const form = useRef<HTMLFormElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const apply = (): void => {
    clearTimeout(pause.current);
    if (!form.current) return;
    const fields = new FormData(form.current);
    const wanted = {
      named: fieldText(fields, 'named'),
      state: fieldText(fields, 'state'),
      due: fieldText(fields, 'due'),
    };
    // In the place of the address before: the way back leads to the view before, not through each letter.
    location.replace(address('library', collection, wanted));
  };
  const applySoon = (): void => {
    clearTimeout(pause.current);
    pause.current = setTimeout(apply, PAUSE_MS);
  };
  useEffect(() => () => clearTimeout(pause.current), []);
  useEffect(() => {
    const field = form.current?.elements.namedItem('named');
    // The address was changed elsewhere, by the way back or a link; who is writing knows better.
    if (field instanceof HTMLInputElement && field !== document.activeElement) field.value = named ?? '';
  }, [named]);

  return (
    <>
      <form
        class="filters"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
        role="search"
      >
        <div class="field">
          <label for="named">{words.search}</label>
          <input id="named" name="named" type="search" defaultValue={named ?? ''} onInput={applySoon} />
        </div>
        <div class="field">
          <label for="state">{words.state}</label>
          <select id="state" name="state" value={state ?? ''} onChange={apply}>
            <option value="">{texts.all}</option>
            {DOCUMENT_STATES.map((one: DocumentState) => (
              <option key={one} value={one}>
                {texts.states[one] ?? one}
              </option>
            ))}
          </select>
        </div>
        <label class="choice">
          <input type="checkbox" name="due" checked={due} onChange={apply} />
          {words.due}
        </label>
        {filtered ? <a href={address('library', collection)}>{words.clear}</a> : null}
      </form>
      <p class="help" role="status">
        {data === null ? '' : words.shown(data.documents.length, data.next !== null)}
      </p>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.documents.length === 0 ? (
        <p class="empty">
          {filtered ? words.emptyFiltered : words.empty}{' '}
          {filtered || !may(session, 'ingest') ? null : <a href={address('upload', collection)}>{words.emptyHelp}</a>}
        </p>
      ) : (
        <>
          <div class="scroll" tabIndex={0} role="region" aria-label={words.title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.name}</th>
                  <th scope="col">{words.state}</th>
                  <th scope="col" class="number">
                    {words.pages}
                  </th>
                  <th scope="col">{words.changed}</th>
                </tr>
              </thead>
              <tbody>
                {data.documents.map(({ documentId, title, externalId, state: stands, version, updatedAt }) => (
                  <tr key={documentId}>
                    <th scope="row" class="name">
                      <a href={address('document', documentId)}>{title ?? externalId}</a>
                      {title === null ? null : <span class="help">{externalId}</span>}
                    </th>
                    <td>
                      <StateBadge state={stands} />
                    </td>
                    <td class="number" data-label={words.pages}>
                      {version.pageCount === 0 ? '' : version.pageCount}
                    </td>
                    <td class="when">{time(updatedAt, texts.locale)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={data.next} onChange={(next) => setPages({ filters, cursors: next })} />
        </>
      )}
    </>
  );
}
