import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DeliveryBody, WebhookBody } from '../../schemas/webhook.js';
import { useDeeds } from '../parts/deed.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Pager } from '../parts/pager.js';
import { time } from '../parts/times.js';
import { useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';

/** While something waits to be sent, people look at the list to see it arrive. */
const POLL_MS = 4_000;
const ROWS = 50;

const TONES = { waiting: 'busy', delivered: 'good', failed: 'bad' } as const;

interface WebhookDeliveriesProps {
  readonly webhook: WebhookBody;
  /** Changes when something was sent from elsewhere in the view. */
  readonly sent: number;
  readonly onChanged: () => void;
}

/** What became of the messages to a webhook. */
export function WebhookDeliveries({ webhook, sent, onChanged }: WebhookDeliveriesProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const { webhookId, enabled } = webhook;
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const { data, error, reload } = useLoad(
    () => client.webhookDeliveries(webhookId, { limit: String(ROWS), ...(cursor === undefined ? {} : { cursor }) }),
    [webhookId, cursor, sent],
  );
  const { busy, problem, act } = useDeeds();
  const waits = enabled && data?.deliveries.some(({ state }) => state === 'waiting') === true;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => {
      if (document.hidden) return;
      reload();
      onChanged();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [waits, reload, onChanged]);
  const again = (deliveryId: string): Promise<void> =>
    act(async () => {
      await client.redeliverWebhook(webhookId, deliveryId);
      reload();
      onChanged();
    });

  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">{words.deliveries}</h2>
      <p class="help">{words.deliveriesHelp}</p>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.deliveries.length === 0 ? (
        <p class="empty">{words.noDeliveries}</p>
      ) : (
        <>
          <div class="scroll" tabIndex={0} role="region" aria-labelledby="deliveries">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.event}</th>
                  <th scope="col">{words.occurred}</th>
                  <th scope="col">{words.outcome}</th>
                  <th scope="col">{texts.upload.act}</th>
                </tr>
              </thead>
              <tbody>
                {data.deliveries.map((one) => (
                  <tr key={one.deliveryId} data-delivery={one.eventId} data-state={one.state}>
                    <th scope="row" class="name">
                      {words.events[one.type]}
                      <span class="help">{one.type}</span>
                    </th>
                    <td class="when" data-label={words.occurred}>
                      {time(one.occurredAt, texts.locale)}
                    </td>
                    <td>
                      <span class={`badge ${TONES[one.state]}`}>{words.deliveryStates[one.state]}</span>
                      <p class="help">{outcomeOf(one, enabled, texts)}</p>
                    </td>
                    <td class="actions">
                      {enabled && one.attempts > 0 ? (
                        <button
                          type="button"
                          class="quiet"
                          disabled={busy}
                          aria-label={words.againNamed(words.events[one.type], time(one.occurredAt, texts.locale))}
                          onClick={() => void again(one.deliveryId)}
                        >
                          {words.again}
                        </button>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={data.next} onChange={setCursors} />
        </>
      )}
    </section>
  );
}

/** How often it was tried, why the last try came to nothing, and when the next one is, if there is to be one. */
function outcomeOf(delivery: DeliveryBody, enabled: boolean, texts: Texts): string {
  const { attempts, lastAttemptAt, problem, status, nextAttemptAt } = delivery;
  const words = texts.webhooks;
  const said = [
    lastAttemptAt === null ? null : words.tries(attempts, time(lastAttemptAt, texts.locale)),
    problem === null
      ? null
      : problem === 'STATUS' && status !== null
        ? words.answered(status)
        : words.problems[problem],
    !enabled || problem === null || nextAttemptAt === null ? null : words.nextTry(time(nextAttemptAt, texts.locale)),
  ];
  return said.filter((one) => one !== null).join(' ');
}
