import type { JSX } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { CollectionChoice } from '../parts/collection-choice.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Problem } from '../parts/problem.js';
import { RunTable } from '../parts/run-table.js';
import { UrgentBox } from '../parts/urgent-box.js';
import { address, go } from '../routing.js';
import type { RunSummaryBody } from '../../schemas/run.js';
import type { ChosenFile } from '../sending/chosen-file.js';
import { chosenFiles, droppedFiles } from '../sending/dropped-files.js';
import { useRuns } from '../sending/follow-runs.js';
import { may, useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';
import { OutgoingList } from './upload-outgoing.js';

const SHOWN_RUNS = 50;

export function Upload({ collection }: { collection: string | null }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const list = useLoad(() => session.client.collections(), [session]);
  const collections = list.data?.collections ?? [];
  // Where there are several, nobody but the sender knows which: a default would take files to the wrong one.
  const only = collections.length === 1 ? collections[0] : undefined;
  const chosen = collection ?? only?.name ?? null;

  return (
    <>
      <h1>{texts.upload.title}</h1>
      {list.data === null ? (
        <Waiting {...list} />
      ) : !may(session, 'ingest') ? (
        <p class="problem">{texts.notAllowed(texts.keys.scopes.ingest)}</p>
      ) : collections.length === 0 ? (
        <p>{texts.noCollections}</p>
      ) : (
        <>
          <CollectionChoice
            id="collection"
            collections={collections}
            chosen={chosen}
            {...(chosen === null ? { all: texts.choose } : {})}
            onChoose={(name) => go(address('upload', name))}
          />
          {chosen === null ? (
            <p class="empty">{texts.upload.chooseFirst}</p>
          ) : (
            <Sending key={chosen} collection={chosen} />
          )}
        </>
      )}
    </>
  );
}

function Sending({ collection }: { collection: string }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const { runs, error, reload } = useRuns({ collection, limit: SHOWN_RUNS });
  const [notice, setNotice] = useState<string | null>(null);
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const day = useRef<HTMLInputElement>(null);
  const urgent = useRef<HTMLInputElement>(null);
  const { outbox } = session;

  useEffect(() => outbox.listen(() => changed(undefined)), [outbox]);
  useEffect(
    () =>
      outbox.onAccepted((accepted, name) => {
        if (accepted.joined) setNotice(texts.upload.joined(name));
        reload();
      }),
    [outbox, reload, texts],
  );

  const take = (files: readonly ChosenFile[]): void => {
    setNotice(files.length === 0 ? texts.upload.noFiles : null);
    const effectiveFrom = day.current?.value;
    outbox.add(collection, files, {
      metadata: effectiveFrom ? { effectiveFrom } : {},
      urgent: urgent.current?.checked ?? false,
    });
    // Of these files: whatever is sent next is urgent if somebody says so again.
    if (urgent.current && files.length > 0) urgent.current.checked = false;
  };
  const files = outbox.files(collection);
  const lost = outbox.unsent.lost(collection);

  return (
    <>
      <UrgentBox input={urgent} />
      <DropArea onFiles={take} />
      <details class="more">
        <summary>{texts.upload.details}</summary>
        <div class="field">
          <label for="effective-from">{texts.upload.effectiveFrom}</label>
          <input id="effective-from" type="date" ref={day} aria-describedby="effective-help" />
          <p id="effective-help" class="help">
            {texts.upload.effectiveHelp}
          </p>
        </div>
      </details>
      <p class="help" role="status" data-testid="progress">
        {notice === null ? '' : `${notice} `}
        {runs === null || runs.length === 0 ? '' : standing(runs, texts)}
      </p>
      {lost > 0 ? <LostFiles collection={collection} count={lost} onSeen={() => changed(undefined)} /> : null}
      {files.length === 0 ? null : <OutgoingList collection={collection} files={files} />}
      <section aria-labelledby="runs">
        <h2 id="runs">{texts.upload.runs(collection)}</h2>
        {error === null ? null : <Problem error={error} onRetry={reload} />}
        {runs === null ? (
          error === null ? (
            <p class="help">{texts.loading}</p>
          ) : null
        ) : runs.length === 0 ? (
          <p class="empty">{texts.upload.empty}</p>
        ) : (
          <RunTable runs={runs} onChanged={reload} />
        )}
      </section>
    </>
  );
}

/** How many are under way, and how the others of the list ended: a long list is not counted by hand. */
function standing(runs: readonly RunSummaryBody[], { upload: words, states }: Texts): string {
  const running = runs.filter(({ state }) => state === 'running').length;
  const ended = [...Map.groupBy(runs, ({ state }) => state)]
    .filter(([state]) => state !== 'running')
    .map(([state, of]) => `${states[state] ?? state}: ${of.length}`);
  return [
    running > 0 ? words.underWay(running) : words.allDone,
    ...(ended.length > 0 ? [words.ended(runs.length, ended.join(', '))] : []),
  ].join(' ');
}

function LostFiles({
  collection,
  count,
  onSeen,
}: {
  collection: string;
  count: number;
  onSeen: () => void;
}): JSX.Element {
  const { outbox } = useSession();
  const texts = useTexts();
  const seen = (): void => {
    outbox.unsent.forget(collection);
    outbox.unsent.note([]);
    onSeen();
  };
  return (
    <div class="note" role="status">
      <p>{texts.upload.lost(count)}</p>
      <button type="button" class="quiet" onClick={seen}>
        {texts.close}
      </button>
    </div>
  );
}

function DropArea({ onFiles }: { onFiles: (files: readonly ChosenFile[]) => void }): JSX.Element {
  const texts = useTexts();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const choose = (input: HTMLInputElement): void => {
    onFiles(chosenFiles(input.files));
    // The same file may be chosen again.
    input.value = '';
  };
  return (
    <div
      class={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(onFiles);
      }}
    >
      <p class="lead">{texts.upload.drop}</p>
      <p>{texts.upload.or}</p>
      <div class="actions">
        <button type="button" onClick={() => files.current?.click()}>
          {texts.upload.files}
        </button>
        <button type="button" class="quiet" onClick={() => folder.current?.click()}>
          {texts.upload.folder}
        </button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => choose(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        {...{ webkitdirectory: true }}
        onChange={(event) => choose(event.currentTarget)}
      />
      <p class="help">{texts.upload.kinds}</p>
      <p class="help">{texts.upload.sameName}</p>
    </div>
  );
}
