import type { MedindexClient } from '../client/client.js';
import { printLine, type Terminal } from './terminal.js';

/**
 * Says when nobody works on a queue, so that no one waits for it without knowing why. The question is a courtesy: where
 * it is not answered, nothing is said.
 */
export async function sayIfNobodyWorks(
  client: Pick<MedindexClient, 'deepHealth'>,
  { stderr }: Pick<Terminal, 'stderr'>,
): Promise<void> {
  const health = await client.deepHealth().catch(() => null);
  const deserted = health?.components.workers.queues.filter(({ status }) => status === 'missing') ?? [];
  if (deserted.length === 0) return;
  const all = deserted.length === health?.components.workers.queues.length;
  const which = all
    ? 'No worker is running'
    : `No worker is running for ${deserted.map(({ queue }) => queue).join(', ')}`;
  printLine(
    stderr,
    `${which}: what is sent is taken and waits until one is. An operator starts it with: npm run worker`,
  );
}
