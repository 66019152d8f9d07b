import type { JSX } from 'preact';
import type { WebhookBody } from '../../schemas/webhook.js';
import { time } from '../parts/times.js';
import { useTexts } from '../texts/texts.js';

/** On, paused by somebody, or disabled by the system, and why. */
export function WebhookState({ webhook }: { webhook: WebhookBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.webhooks;
  const { disabled, failingSince } = webhook;
  if (disabled === null) {
    return failingSince === null ? (
      <span class="badge good">{words.on}</span>
    ) : (
      <>
        <span class="badge warn">{words.on}</span>
        <p class="help">{words.failingSince(time(failingSince, texts.locale))}</p>
      </>
    );
  }
  const isPaused = disabled.reason === 'by_hand';
  return (
    <>
      <span class={`badge ${isPaused ? 'warn' : 'bad'}`}>{isPaused ? words.paused : words.disabled}</span>
      <p class="help">
        {words.disabledFor[disabled.reason]} {words.since(time(disabled.since, texts.locale))}
      </p>
    </>
  );
}
