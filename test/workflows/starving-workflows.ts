import { proxyActivities } from '@temporalio/workflow';

export interface StarvingActivities {
  chunk(versionIds: readonly string[]): Promise<{ readonly done: string[]; readonly unworkable: string[] }>;
  neighbour(): Promise<string>;
}

const { chunk, neighbour } = proxyActivities<StarvingActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '2s',
  retry: { initialInterval: '10ms', backoffCoefficient: 1 },
});

/** A batch in which one version stops the process, and something else that runs beside it. */
export async function batchBesideNeighbour(versionIds: readonly string[]) {
  const [batch, beside] = await Promise.all([chunk(versionIds), neighbour()]);
  return { ...batch, beside };
}
