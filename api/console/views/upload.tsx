import type { JSX } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { CollectionChoice } from '../parts/collection-choice.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Problem, sentenceOf } from '../parts/problem.js';
import { RunTable } from '../parts/run-table.js';
import { address, go } from '../routing.js';
import { type ChosenFile, chosenFiles, droppedFiles } from '../sending/dropped-files.js';
import { useRuns } from '../sending/follow-runs.js';
import type { Outgoing } from '../sending/outbox.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

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
        <p class="problem">{texts.notAllowed('ingest')}</p>
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
  const { outbox } = session;

  useEffect(() => outbox.listen(() => changed(undefined)), [outbox]);
  useEffect(
    () =>
      outbox.onAccepted((_collection, accepted) => {
        if (accepted.joined) setNotice(texts.upload.joined);
        reload();
      }),
    [outbox, reload, texts],
  );

  const take = (files: readonly ChosenFile[]): void => {
    setNotice(files.length === 0 ? texts.upload.noFiles : null);
    const effectiveFrom = day.current?.value;
    outbox.add(collection, files, effectiveFrom ? { effectiveFrom } : {});
  };
  const files = outbox.files(collection);
  const running = runs?.filter(({ state }) => state === 'running').length ?? 0;

  return (
    <>
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
        {running > 0 ? texts.upload.underWay(running) : runs && runs.length > 0 ? texts.upload.allDone : ''}
      </p>
      {files.length === 0 ? null : <OutgoingList files={files} />}
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
    </div>
  );
}

/** A folder of thousands is one line more than this. */
const SHOWN_FILES = 30;

function OutgoingList({ files }: { files: readonly Outgoing[] }): JSX.Element {
  const { outbox } = useSession();
  const texts = useTexts();
  const words = texts.upload;
  // What goes on or went wrong first; the rest waits in the order it was chosen.
  const shown = [...files].sort((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting'));
  return (
    <section aria-labelledby="sending">
      <h2 id="sending">{words.sending}</h2>
      <ul class="outgoing">
        {shown.slice(0, SHOWN_FILES).map(({ id, name, file, state, sentBytes, error }) => {
          const percent = file.size === 0 ? 100 : Math.min(100, Math.floor((sentBytes / file.size) * 100));
          return (
            <li key={id}>
              <span class="name">{name}</span>
              {state === 'waiting' ? (
                <span>{words.waiting}</span>
              ) : state === 'sending' ? (
                <span>
                  <progress value={percent} max={100} aria-label={name} />{' '}
                  {percent === 100 ? words.finishing : words.sent(percent)}
                </span>
              ) : (
                <span class="problem">{state === 'stopped' ? words.stopped : sentenceOf(error, texts)}</span>
              )}
              {state === 'waiting' || state === 'sending' ? (
                <button type="button" class="quiet" aria-label={words.stopNamed(name)} onClick={() => outbox.stop(id)}>
                  {words.stop}
                </button>
              ) : (
                <span class="actions">
                  <button type="button" aria-label={words.againNamed(name)} onClick={() => outbox.sendAgain(id)}>
                    {words.again}
                  </button>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={words.removeNamed(name)}
                    onClick={() => outbox.remove(id)}
                  >
                    {words.remove}
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {shown.length > SHOWN_FILES ? <p class="help">{words.waitingCount(shown.length - SHOWN_FILES)}</p> : null}
    </section>
  );
}
