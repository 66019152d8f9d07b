import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLoad, Waiting } from '../parts/load.js';
import { Pager } from '../parts/pager.js';
import { Said } from '../parts/said.js';
import { time } from '../parts/times.js';
import { address } from '../routing.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { ReviewDetail } from './review.js';
import { Many } from './reviews/many.js';

export function Reviews({ reviewId }: { reviewId: string | null }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  /** What was decided last, and the view that comes after it. */
  const [said, setSaid] = useState<{ readonly sentence: string; readonly at: string | null } | null>(null);
  if (!may(session, 'phi:review')) {
    return (
      <>
        <h1>{texts.reviews.title}</h1>
        <p class="problem">{texts.notAllowed(texts.keys.scopes['phi:review'])}</p>
      </>
    );
  }
  return (
    <>
      <Said said={said?.at === reviewId ? said.sentence : null} />
      {reviewId === null ? (
        <Queue onSaid={(sentence) => setSaid({ sentence, at: null })} />
      ) : (
        <ReviewDetail
          key={reviewId}
          reviewId={reviewId}
          onDecided={(sentence, next) => setSaid({ sentence, at: next })}
        />
      )}
    </>
  );
}

function Queue({ onSaid }: { onSaid: (sentence: string) => void }): JSX.Element {
  const { client, key } = useSession();
  const texts = useTexts();
  const words = texts.reviews;
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const { data, error, reload } = useLoad(() => client.reviews(cursor === undefined ? {} : { cursor }), [cursor]);
  const [first] = data?.reviews ?? [];
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : !first ? (
        <p class="empty">{words.empty}</p>
      ) : (
        <>
          <p>
            {words.waiting(data.counts.waiting)}{' '}
            {data.counts.overdue > 0 ? <span class="badge bad">{words.overdueCount(data.counts.overdue)}</span> : null}
          </p>
          <p>
            <a class="button" href={address('reviews', first.reviewId)}>
              {words.begin}
            </a>
          </p>
          <div class="scroll" tabIndex={0} role="region" aria-label={words.title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.held}</th>
                  <th scope="col">{texts.collection}</th>
                  <th scope="col">{words.found}</th>
                  <th scope="col">{words.stands}</th>
                </tr>
              </thead>
              <tbody>
                {data.reviews.map(
                  ({ reviewId, openedAt, collection, findings, overdue, claimedBy, claimedUntil, state }) => (
                    <tr key={reviewId}>
                      <th scope="row">
                        <a href={address('reviews', reviewId)}>{time(openedAt, texts.locale)}</a>
                      </th>
                      <td>{collection}</td>
                      <td>
                        {Object.entries(findings)
                          .map(([category, count]) => `${words.categories[category] ?? category}: ${count}`)
                          .join(', ') || texts.none}
                      </td>
                      <td>
                        {overdue ? <span class="badge bad">{words.overdue}</span> : null}{' '}
                        {state === 'second_opinion' ? words.secondOpinion : ''}{' '}
                        {claimedBy === null || claimedUntil === null
                          ? ''
                          : claimedBy === key.keyId
                            ? words.yours(time(claimedUntil, texts.locale))
                            : words.taken(time(claimedUntil, texts.locale))}
                      </td>
                    </tr>
                  ),
                )}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={data.next} onChange={setCursors} />
        </>
      )}
      <Many
        onDone={(sentence) => {
          onSaid(sentence);
          setCursors([]);
          reload();
        }}
      />
    </>
  );
}
