import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DecideReview, FindingBody, ReviewDetailBody } from '../../schemas/review.js';
import { Confirm } from '../parts/confirm.js';
import { useLoad, Waiting } from '../parts/load.js';
import { useDeeds } from '../parts/deed.js';
import { time } from '../parts/times.js';
import { address, go } from '../routing.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { ReviewFinding, type Span } from './review-finding.js';

interface ReviewDetailProps {
  readonly reviewId: string;
  /** Told what was decided, and which review is shown next. */
  readonly onDecided: (sentence: string, next: string | null) => void;
}

/** Opening it shows suspected patient data, which the API puts on record; the queue before it shows none. */
export function ReviewDetail({ reviewId, onDecided }: ReviewDetailProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.reviews;
  const { data, error, reload } = useLoad(() => client.review(reviewId), [reviewId]);
  return (
    <>
      <p>
        <a href={address('reviews')}>{words.back}</a>
      </p>
      <h1>{data?.title ?? words.one}</h1>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.decidedAt === null && data.state !== 'superseded' ? (
        <Deciding review={data} onChanged={reload} onDecided={onDecided} />
      ) : (
        <p class="note" role="status">
          {words.states[data.state] ?? data.state}
          {data.reason ? ` ${words.reason}: ${data.reason}` : ''}
        </p>
      )}
    </>
  );
}

interface DecidingProps {
  readonly review: ReviewDetailBody;
  readonly onChanged: () => void;
  readonly onDecided: (sentence: string, next: string | null) => void;
}

type Verdict = DecideReview['decision'];

function Deciding({ review, onChanged, onDecided }: DecidingProps): JSX.Element {
  const { client, key } = useSession();
  const texts = useTexts();
  const words = texts.reviews;
  const [chosen, setChosen] = useState<ReadonlySet<number>>(
    () => new Set(review.found.filter(({ dismissed }) => !dismissed).map(({ ordinal }) => ordinal)),
  );
  const [spans, setSpans] = useState<readonly Span[]>([]);
  const [asking, setAsking] = useState<Verdict | null>(null);
  const { busy, problem, setProblem, act } = useDeeds();
  const problems = <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>;
  const reason = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const { reviewId, claimedBy, claimedUntil } = review;
  const count = chosen.size + spans.length;
  const isTaken = claimedBy !== null && claimedBy !== key.keyId && claimedUntil !== null;

  /** What was found and is published as it is. */
  const leftBy = (verdict: Verdict): readonly FindingBody[] =>
    verdict === 'reject'
      ? []
      : review.found.filter(({ ordinal, dismissed }) => !dismissed && (verdict === 'approve' || !chosen.has(ordinal)));

  /** Asks first where something is published as it is, or nothing ever. */
  const begin = (verdict: Verdict): void => {
    const why = reason.current?.value.trim() ?? '';
    if (verdict === 'approve' && why === '') {
      setProblem(words.reasonNeeded);
      reason.current?.focus();
      return;
    }
    // Nothing ticked would say that all of it is a false alarm.
    if (verdict === 'redact' && count === 0) return setProblem(words.chooseFirst);
    setProblem(null);
    if (verdict === 'reject' || leftBy(verdict).length > 0) setAsking(verdict);
    else void decide(verdict);
  };
  const decide = (decision: Verdict): Promise<void> =>
    act(async () => {
      const why = reason.current?.value.trim() ?? '';
      const { state } = await client.decideReview(reviewId, {
        decision,
        ...(why === '' ? {} : { reason: why }),
        ...(decision === 'redact'
          ? { findings: [...chosen], spans: spans.map(({ category, start, end }) => ({ category, start, end })) }
          : {}),
      });
      const [next] = (await client.reviews({ limit: 2 })).reviews.filter((one) => one.reviewId !== reviewId);
      onDecided(words.decided(words.states[state] ?? state), next?.reviewId ?? null);
      go(address('reviews', next?.reviewId));
    });
  const toggle = (ordinal: number): void => {
    const next = new Set(chosen);
    if (!next.delete(ordinal)) next.add(ordinal);
    setChosen(next);
  };
  /** Single keys count only while a finding has the focus, so that they meet nobody who types or dictates. */
  const byKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === 'SELECT') return;
    const boxes = [...(list.current?.querySelectorAll<HTMLInputElement>('input[type=checkbox]') ?? [])];
    const at = boxes.findIndex((box) => box.closest('li')?.contains(target));
    const deeds: Readonly<Record<string, () => void>> = {
      j: () => boxes[Math.min(at + 1, boxes.length - 1)]?.focus(),
      k: () => boxes[Math.max(at - 1, 0)]?.focus(),
      a: () => begin('approve'),
      r: () => begin('redact'),
      x: () => begin('reject'),
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  };
  return (
    <>
      <p class="help">
        {review.collection} · {words.heldSince(time(review.openedAt, texts.locale))} · {words.onRecord}
      </p>
      {isTaken ? <p class="note">{words.taken(time(claimedUntil, texts.locale))}</p> : null}
      {review.firstActor === null ? null : <p class="note">{words.secondOpinion}</p>}
      <div class="actions">
        <button
          type="button"
          class="quiet"
          disabled={busy}
          onClick={() =>
            void act(async () => {
              await client.claimReview(reviewId, claimedBy === key.keyId ? 0 : undefined);
              onChanged();
            })
          }
        >
          {claimedBy === key.keyId ? words.giveBack : words.take}
        </button>
        {claimedBy === key.keyId ? null : <span class="help">{words.takeHelp}</span>}
      </div>
      <h2 id="findings">
        {words.found} ({review.found.length})
      </h2>
      <p class="help" id="keys">
        {words.keys}
      </p>
      <ol class="passages" ref={list} onKeyDown={byKey} aria-describedby="keys">
        {review.found.map((finding) => (
          <ReviewFinding
            key={finding.ordinal}
            finding={finding}
            characters={review.characters}
            chosen={chosen.has(finding.ordinal)}
            onToggle={() => toggle(finding.ordinal)}
            onSpan={(span) => setSpans([...spans, span])}
          />
        ))}
      </ol>
      {spans.length === 0 ? null : (
        <section aria-labelledby="spans">
          <h2 id="spans">{words.added}</h2>
          <ul class="plain">
            {spans.map((span) => (
              <li key={`${span.start}-${span.end}`}>
                <mark>{span.text}</mark> ({words.categories[span.category]}){' '}
                <button type="button" class="quiet" onClick={() => setSpans(spans.filter((one) => one !== span))}>
                  {words.notThis}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-labelledby="decision">
        <h2 id="decision">{words.decision}</h2>
        <div class="field grow">
          <label for="reason">{words.reason}</label>
          <textarea id="reason" ref={reason} rows={2} maxLength={1000} aria-describedby="reason-help" />
          <p id="reason-help" class="help">
            {words.reasonHelp}
          </p>
        </div>
        {asking === null ? problems : null}
        <div class="actions">
          <button type="button" disabled={busy || count === 0} onClick={() => begin('redact')}>
            {words.redact(count)}
          </button>
          <button type="button" class="quiet" disabled={busy} onClick={() => begin('approve')}>
            {words.approve}
          </button>
          <button type="button" class="danger quiet" disabled={busy} onClick={() => begin('reject')}>
            {words.reject}
          </button>
        </div>
        <p class="help">{words.meaning}</p>
      </section>
      {asking === null ? null : (
        <Confirm
          title={words.askTitles[asking]}
          act={asking === 'redact' ? words.redact(count) : words[asking]}
          destructive
          busy={busy}
          onClose={() => setAsking(null)}
          onConfirm={() => void decide(asking)}
        >
          {asking === 'redact' ? <p>{words.placeholders(count)}</p> : null}
          {asking === 'reject' ? <p>{words.rejectAsk}</p> : <Left left={leftBy(asking)} />}
          {problems}
        </Confirm>
      )}
    </>
  );
}

/** How much of what was found stays readable, by kind: never its words, as a dialog is read over shoulders. */
function Left({ left }: { left: readonly FindingBody[] }): JSX.Element {
  const words = useTexts().reviews;
  return (
    <>
      <p>{words.leftAsk(left.length)}</p>
      <ul>
        {[...Map.groupBy(left, ({ category }) => category)].map(([category, of]) => (
          <li key={category}>
            {words.categories[category] ?? category}: {of.length}
          </li>
        ))}
      </ul>
    </>
  );
}
