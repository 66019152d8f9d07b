import { Client, Connection } from '@temporalio/client';

/** What a bench asks of the stack's Temporal server, over a connection of its own. */
async function withClient<Result>(address: string, ask: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address });
  try {
    return await ask(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Events of the longest history on the server, every part of a continued one by itself. */
export function longestHistory(address: string): Promise<number> {
  return withClient(address, async (client) => {
    let longest = 0;
    for await (const { historyLength } of client.workflow.list()) longest = Math.max(longest, historyLength ?? 0);
    return longest;
  });
}

/** By name: how often activities of one workflow were begun again after their first try. */
export function repeatedActivities(address: string, workflowId: string): Promise<Record<string, number>> {
  return withClient(address, async (client) => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const names = new Map<string, string>();
    const repeated: Record<string, number> = {};
    for (const { eventId, activityTaskScheduledEventAttributes: scheduled, ...event } of events ?? []) {
      if (scheduled) names.set(String(eventId), scheduled.activityType?.name ?? '');
      const started = event.activityTaskStartedEventAttributes;
      const tries = (started?.attempt ?? 1) - 1;
      const name = names.get(String(started?.scheduledEventId)) ?? '';
      if (tries > 0) repeated[name] = (repeated[name] ?? 0) + tries;
    }
    return repeated;
  });
}

/** Waits until a workflow has ended, however it did. */
export function workflowEnded(address: string, workflowId: string): Promise<void> {
  return withClient(address, async (client) => {
    await client.workflow
      .getHandle(workflowId)
      .result()
      .catch(() => undefined);
  });
}
