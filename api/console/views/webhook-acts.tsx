import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AddedWebhook, WebhookBody } from '../../schemas/webhook.js';
import { Confirm } from '../parts/confirm.js';
import { useDeeds } from '../parts/deed.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

/** How long the secret so far signs too: a day to put the new one in place, a week for those who release seldom, not at all. */
const OVERLAP_HOURS = [24, 168, 0] as const;

interface RotateSecretProps {
  readonly webhook: WebhookBody;
  readonly onRotated: (webhook: AddedWebhook) => void;
  readonly onClose: () => void;
}

export function RotateSecret({ webhook, onRotated, onClose }: RotateSecretProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const [overlapHours, setOverlapHours] = useState<number>(OVERLAP_HOURS[0]);
  const { busy, problem, act } = useDeeds();
  const rotate = (): Promise<void> =>
    act(async () => onRotated(await client.rotateWebhookSecret(webhook.webhookId, overlapHours)));
  return (
    <Confirm
      title={words.rotateTitle}
      act={words.rotateNow}
      busy={busy}
      onConfirm={() => void rotate()}
      onClose={onClose}
    >
      <p>{words.rotateHelp}</p>
      <div class="field">
        <label for="overlap">{words.overlap}</label>
        <select
          id="overlap"
          value={String(overlapHours)}
          onChange={({ currentTarget }) => setOverlapHours(Number(currentTarget.value))}
        >
          {OVERLAP_HOURS.map((hours) => (
            <option key={hours} value={String(hours)}>
              {words.overlapOf(hours)}
            </option>
          ))}
        </select>
      </div>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}

interface RemoveWebhookProps {
  readonly webhook: WebhookBody;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

export function RemoveWebhook({ webhook, onRemoved, onClose }: RemoveWebhookProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.webhooks;
  const { busy, problem, act } = useDeeds();
  const remove = (): Promise<void> =>
    act(async () => {
      await client.removeWebhook(webhook.webhookId);
      onRemoved();
    });
  return (
    <Confirm
      title={words.removeTitle}
      act={words.removeNow}
      destructive
      busy={busy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p class="long">{webhook.url}</p>
      <p>{words.removeAsk(webhook.waiting)}</p>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}
