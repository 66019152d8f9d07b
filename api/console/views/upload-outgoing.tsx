import type { JSX } from 'preact';
import { FileStuck, type Outgoing } from '../sending/outbox.js';
import { sentenceOf } from '../parts/problem.js';
import { useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';

/** A folder of thousands is one line more than these. */
const SHOWN_ENDED = 10;
const SHOWN_WAITING = 5;

/** Files that are on their way, and those that were not sent. */
export function OutgoingList({ collection, files }: { collection: string; files: readonly Outgoing[] }): JSX.Element {
  const ended = files.filter(({ state }) => state === 'failed' || state === 'stopped');
  const onTheirWay = files.filter((one) => !ended.includes(one));
  return (
    <>
      {onTheirWay.length === 0 ? null : <OnTheirWay collection={collection} files={onTheirWay} />}
      {ended.length === 0 ? null : <NotSent collection={collection} files={ended} />}
    </>
  );
}

interface ListProps {
  readonly collection: string;
  readonly files: readonly Outgoing[];
}

function OnTheirWay({ collection, files }: ListProps): JSX.Element {
  const { outbox } = useSession();
  const texts = useTexts();
  const words = texts.upload;
  const sending = files.filter(({ state }) => state === 'sending');
  const waiting = files.filter(({ state }) => state === 'waiting');
  const sent = outbox.sent(collection);
  const all = sent + files.length;
  const rest = waiting.length - SHOWN_WAITING;
  const { hindrance } = outbox;
  return (
    <section aria-labelledby="sending">
      <h2 id="sending">{words.sending}</h2>
      {all < 2 ? null : (
        <div class="actions">
          <progress value={sent} max={all} aria-label={words.sending} />
          <span>{words.sentOf(sent, all)}</span>
          <button type="button" class="quiet" onClick={() => outbox.stopCollection(collection)}>
            {words.stopAll}
          </button>
        </div>
      )}
      <div role="status">
        {hindrance === null ? null : (
          <div class="note">
            <p>
              {sentenceOf(hindrance, texts)} {words.goesOn}
            </p>
            <button type="button" class="quiet" onClick={() => outbox.resume()}>
              {words.tryNow}
            </button>
          </div>
        )}
      </div>
      <ul class="outgoing">
        {[...sending, ...waiting.slice(0, SHOWN_WAITING)].map(({ id, name, file, state, sentBytes }) => {
          const percent = file.size === 0 ? 100 : Math.min(100, Math.floor((sentBytes / file.size) * 100));
          return (
            <li key={id}>
              <span class="name">{name}</span>
              {state === 'waiting' ? (
                <span>{words.waiting}</span>
              ) : (
                <span>
                  <progress value={percent} max={100} aria-label={name} />{' '}
                  {percent === 100 ? words.finishing : words.sent(percent)}
                </span>
              )}
              <button type="button" class="quiet" aria-label={`${words.stop}: ${name}`} onClick={() => outbox.stop(id)}>
                {words.stop}
              </button>
            </li>
          );
        })}
      </ul>
      {rest > 0 ? <p class="help">{words.waitingCount(rest)}</p> : null}
    </section>
  );
}

function NotSent({ collection, files }: ListProps): JSX.Element {
  const { outbox } = useSession();
  const texts = useTexts();
  const words = texts.upload;
  const rest = files.length - SHOWN_ENDED;
  return (
    <section aria-labelledby="not-sent">
      <h2 id="not-sent">{words.notSent(files.length)}</h2>
      {files.length < 2 ? null : (
        <div class="actions">
          <button type="button" onClick={() => outbox.sendAllAgain(collection)}>
            {words.allAgain}
          </button>
          <button type="button" class="quiet" onClick={() => outbox.removeEnded(collection)}>
            {words.removeAll}
          </button>
        </div>
      )}
      <ul class="outgoing">
        {files.slice(0, SHOWN_ENDED).map(({ id, name, state, error }) => (
          <li key={id}>
            <span class="name">{name}</span>
            <span class="problem">{state === 'stopped' ? words.stopped : sentenceOfFile(error, texts)}</span>
            <span class="actions">
              <button
                type="button"
                class="quiet"
                aria-label={`${words.again}: ${name}`}
                onClick={() => outbox.sendAgain(id)}
              >
                {words.again}
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`${words.remove}: ${name}`}
                onClick={() => outbox.remove(id)}
              >
                {words.remove}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 ? <p class="help">{words.notSentCount(rest)}</p> : null}
    </section>
  );
}

function sentenceOfFile(error: unknown, texts: Texts): string {
  return error instanceof FileStuck ? texts.upload.stuck : sentenceOf(error, texts);
}
