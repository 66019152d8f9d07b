import type { SettingsReader } from '../settings-reader.js';

export interface WebhooksConfig {
  /** Webhooks may lead to private addresses, and by http. */
  readonly allowPrivate: boolean;
}

export function webhooksConfig(settings: SettingsReader): WebhooksConfig {
  return { allowPrivate: settings.flag('WEBHOOK_ALLOW_PRIVATE') };
}
