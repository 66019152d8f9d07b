import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from '../../../core/contract/webhooks.js';
import type { AddWebhook, WebhookBody } from '../../schemas/webhook.js';
import { Choices } from '../parts/choices.js';
import { CollectionsLimit } from '../parts/collections-limit.js';
import { useDeeds } from '../parts/deed.js';
import { fieldText } from '../parts/field-text.js';
import { useTexts } from '../texts/texts.js';

/** What both a new webhook and one that is changed say. */
export type WebhookFields = Required<Pick<AddWebhook, 'url' | 'description' | 'eventTypes'>> & {
  /** `null`: all. */
  readonly collections: string[] | null;
};

interface WebhookFormProps {
  /** The one that is changed; absent: a new one. */
  readonly webhook?: WebhookBody;
  readonly submit: string;
  readonly onSubmit: (fields: WebhookFields) => Promise<unknown>;
}

export function WebhookForm({ webhook, submit: submitText, onSubmit }: WebhookFormProps): JSX.Element {
  const texts = useTexts();
  const words = texts.webhooks;
  const [eventTypes, setEventTypes] = useState<ReadonlySet<WebhookEventType>>(
    new Set(webhook?.eventTypes ?? WEBHOOK_EVENT_TYPES),
  );
  const [collections, setCollections] = useState<ReadonlySet<string> | null>(
    webhook?.collections ? new Set(webhook.collections) : null,
  );
  const { busy, problem, setProblem, act } = useDeeds();

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const url = fieldText(fields, 'url');
    if (url === '') return setProblem(words.urlNeeded);
    if (eventTypes.size === 0) return setProblem(words.eventNeeded);
    if (collections?.size === 0) return setProblem(texts.collectionsLimit.needed);
    void act(() =>
      onSubmit({
        url,
        description: fieldText(fields, 'description'),
        eventTypes: [...eventTypes],
        collections: collections === null ? null : [...collections],
      }),
    );
  };
  return (
    <form class="card" onSubmit={submit} noValidate>
      <div class="side-by-side">
        <div class="field">
          <label for="webhook-url">{words.url}</label>
          <input
            id="webhook-url"
            name="url"
            type="url"
            defaultValue={webhook?.url ?? ''}
            maxLength={2_000}
            autocomplete="off"
            aria-describedby="webhook-url-help"
          />
          <p id="webhook-url-help" class="help">
            {words.urlHelp}
          </p>
        </div>
        <div class="field">
          <label for="webhook-description">{words.description}</label>
          <input
            id="webhook-description"
            name="description"
            defaultValue={webhook?.description ?? ''}
            maxLength={200}
            autocomplete="off"
            aria-describedby="webhook-description-help"
          />
          <p id="webhook-description-help" class="help">
            {words.descriptionHelp}
          </p>
        </div>
      </div>
      <Choices
        legend={words.toldOf}
        options={WEBHOOK_EVENT_TYPES}
        chosen={eventTypes}
        labelOf={(type) => words.events[type]}
        onChange={setEventTypes}
      />
      <CollectionsLimit limit={collections} onChange={setCollections} />
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      <button type="submit" disabled={busy}>
        {busy ? texts.document.working : submitText}
      </button>
    </form>
  );
}
