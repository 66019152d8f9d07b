import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AddedWebhook, WebhookBody } from '../../schemas/webhook.js';
import { AdminsOnly } from '../parts/admins-only.js';
import { useLoad, Waiting } from '../parts/load.js';
import { ShownOnce } from '../parts/shown-once.js';
import { address, go } from '../routing.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { toldOf } from './told-of.js';
import { WebhookDetail } from './webhook.js';
import { WebhookForm } from './webhook-form.js';
import { WebhookState } from './webhook-state.js';

export function Webhooks({ webhookId }: { webhookId: string | null }): JSX.Element {
  const texts = useTexts();
  return (
    <AdminsOnly title={texts.webhooks.title}>
      {webhookId === null ? <WebhookList /> : <WebhookDetail key={webhookId} webhookId={webhookId} />}
    </AdminsOnly>
  );
}

function WebhookList(): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const { data, error, reload } = useLoad(() => client.webhooks(), [client]);
  const [added, setAdded] = useState<AddedWebhook | null>(null);
  const isEmpty = data?.webhooks.length === 0;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {added === null ? null : (
        <ShownOnce
          title={words.secretOf(added.url)}
          help={words.once}
          secret={added.secret}
          // What comes next is to send it a test.
          onKept={() => go(address('webhooks', added.webhookId))}
        />
      )}
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <>
          {isEmpty ? <p class="empty">{words.first}</p> : <WebhookTable webhooks={data.webhooks} />}
          <details class="section-more" open={isEmpty}>
            <summary>
              <h2>{words.add}</h2>
            </summary>
            <WebhookForm
              key={added?.webhookId ?? ''}
              submit={words.addNow}
              onSubmit={async ({ collections, ...fields }) => {
                setAdded(await client.addWebhook({ ...fields, ...(collections === null ? {} : { collections }) }));
                reload();
              }}
            />
          </details>
        </>
      )}
    </>
  );
}

function WebhookTable({ webhooks }: { webhooks: readonly WebhookBody[] }): JSX.Element {
  const texts = useTexts();
  const words = texts.webhooks;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.url}</th>
            <th scope="col">{words.toldOf}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.waiting}</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <tr key={webhook.webhookId}>
              <th scope="row" class="name">
                <a href={address('webhooks', webhook.webhookId)}>{webhook.url}</a>
                {webhook.description === '' ? null : <span class="help">{webhook.description}</span>}
              </th>
              <td data-label={words.toldOf}>{toldOf(webhook, texts)}</td>
              <td data-label={words.state}>
                <WebhookState webhook={webhook} />
              </td>
              <td class="when" data-label={words.waiting}>
                {words.waitingCount(webhook.waiting)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
