import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AddedWebhook, WebhookBody } from '../../schemas/webhook.js';
import { useDeeds } from '../parts/deed.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Said } from '../parts/said.js';
import { ShownOnce } from '../parts/shown-once.js';
import { time } from '../parts/times.js';
import { address, go } from '../routing.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { RemoveWebhook, RotateSecret } from './webhook-acts.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookForm } from './webhook-form.js';
import { WebhookState } from './webhook-state.js';
import { toldOf } from './told-of.js';

export function WebhookDetail({ webhookId }: { webhookId: string }): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const { data, error, reload } = useLoad(() => client.webhook(webhookId), [webhookId]);
  return (
    <>
      <p>
        <a href={address('webhooks')}>{words.back}</a>
      </p>
      <h1 class="long">{data?.url ?? words.one}</h1>
      {data === null ? <Waiting error={error} reload={reload} /> : <Keeping webhook={data} onChanged={reload} />}
    </>
  );
}

function Keeping({ webhook, onChanged }: { webhook: WebhookBody; onChanged: () => void }): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const [asked, setAsked] = useState<'rotate' | 'remove' | null>(null);
  const [rotated, setRotated] = useState<AddedWebhook | null>(null);
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  /** Counts what was sent, so that its delivery is looked for. */
  const [sent, setSent] = useState(0);
  const { busy, problem, act } = useDeeds();
  const { webhookId, enabled } = webhook;

  const changed = (sentence: string): void => {
    setSaid(sentence);
    setSent((before) => before + 1);
    onChanged();
  };
  const test = (): Promise<void> =>
    act(async () => {
      await client.testWebhook(webhookId);
      changed(words.tested);
    });
  const turn = (): Promise<void> =>
    act(async () => {
      await client.changeWebhook(webhookId, { enabled: !enabled });
      changed(enabled ? words.pausedNow : words.resumedNow);
    });
  return (
    <>
      {webhook.description === '' ? null : <p class="lead">{webhook.description}</p>}
      <Said said={said} />
      {rotated === null ? null : (
        <ShownOnce
          title={words.secretOf(rotated.url)}
          help={words.once}
          secret={rotated.secret}
          onKept={() => {
            setRotated(null);
            setSaid(words.rotated);
          }}
        />
      )}
      <dl class="facts">
        <div>
          <dt>{words.state}</dt>
          <dd>
            <WebhookState webhook={webhook} />
          </dd>
        </div>
        <div>
          <dt>{words.waiting}</dt>
          <dd>{words.waitingCount(webhook.waiting)}</dd>
        </div>
        <div>
          <dt>{words.toldOf}</dt>
          <dd>{toldOf(webhook, texts)}</dd>
        </div>
        <div>
          <dt>{texts.collectionsLimit.legend}</dt>
          <dd>{webhook.collections?.join(', ') ?? texts.collectionsLimit.allShort}</dd>
        </div>
        {webhook.formerSecretUntil === null ? null : (
          <div>
            <dt>{words.formerSecret}</dt>
            <dd>{time(webhook.formerSecretUntil, texts.locale)}</dd>
          </div>
        )}
      </dl>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      <div class="actions">
        <button type="button" disabled={busy || !enabled} onClick={() => void test()}>
          {words.test}
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={() => void turn()}>
          {enabled ? words.pause : words.resume}
        </button>
        <button type="button" class="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {words.edit}
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={() => setAsked('rotate')}>
          {words.rotate}
        </button>
        <button type="button" class="danger quiet" disabled={busy} onClick={() => setAsked('remove')}>
          {words.remove}
        </button>
      </div>
      {enabled ? null : <p class="help">{words.resumeFirst}</p>}
      {editing ? (
        <section aria-labelledby="edit">
          <h2 id="edit">{words.editTitle}</h2>
          <WebhookForm
            webhook={webhook}
            submit={words.changeNow}
            onSubmit={async (fields) => {
              await client.changeWebhook(webhookId, fields);
              setEditing(false);
              changed(words.changed);
            }}
          />
        </section>
      ) : null}
      <WebhookDeliveries webhook={webhook} sent={sent} onChanged={onChanged} />
      {asked === 'rotate' ? (
        <RotateSecret
          webhook={webhook}
          onRotated={(answer) => {
            setAsked(null);
            setSaid(null);
            setRotated(answer);
            onChanged();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === 'remove' ? (
        <RemoveWebhook webhook={webhook} onRemoved={() => go(address('webhooks'))} onClose={() => setAsked(null)} />
      ) : null}
    </>
  );
}
