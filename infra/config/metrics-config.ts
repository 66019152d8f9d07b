import type { SettingsReader } from '../settings-reader.js';

export function workerMetrics(settings: SettingsReader): string | null {
  const address = settings.text('MEDINDEX_WORKER_METRICS');
  if (address !== null && !/^(\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5}$/.test(address)) {
    settings.problem('MEDINDEX_WORKER_METRICS', 'is not an address and a port', '127.0.0.1:9464');
  }
  return address;
}
