-- Webhooks that took everything that there was to tell also take runs that need attention.
update knowledge.webhooks set event_types = event_types || array['run.needs_attention']
where event_types @> array['document.published', 'document.held', 'document.needs_attention', 'document.withdrawn',
    'document.review_overdue', 'review.overdue', 'run.failed', 'answer.recalled']
  and not event_types @> array['run.needs_attention'];

-- The next batch of a webhook, the least tried first, is read without the rest of its backlog.
create index webhook_deliveries_in_turn on knowledge.webhook_deliveries (webhook_id, attempts, delivery_no)
  where state = 'waiting';

-- unique (organization_id, webhook_id) serves the same look-ups.
drop index knowledge.webhooks_by_organization;
