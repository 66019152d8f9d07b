import type { WarmingPlan } from '../../core/contract/warming-messages.js';
import type { WarmingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/**
 * Finds out which frequent questions are to be answered anew, and forgets those that are asked no more. The API processes, which
 * alone can make answers, take it from there. May run twice: what is due stays so until it is done.
 */
export function createPlanWarming({ catalog, warmQuestions }: WarmingDependencies) {
  return async function planWarming(): Promise<WarmingPlan> {
    return cancellable(() => catalog.frequentQuestions.plan({ perOrganization: warmQuestions }));
  };
}
