import type { ReconcilingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/**
 * Accepts and starts a run for each collection in which an erasure is due. May run twice: while a collection's erasure is
 * running, asking again joins it. A run that was accepted and not started is started by the reconciler.
 */
export function createStartErasures({ catalog, starter }: ReconcilingDependencies) {
  return async function startErasures(): Promise<{ readonly started: number }> {
    return cancellable(async () => {
      let started = 0;
      for (const { organizationId, collectionId } of await catalog.erasures.due()) {
        const { act, joined } = await catalog.runs.acceptAct({
          organizationId,
          kind: 'erasure',
          subject: collectionId,
          collectionId,
          actor: 'system',
          audit: { action: 'erasure.started', details: {} },
        });
        await starter.start(act);
        if (!joined) started += 1;
      }
      return { started };
    });
  };
}
