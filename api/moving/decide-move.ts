import { randomUUID } from 'node:crypto';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { DECIDE_MOVE_UPDATE, type MoveDecision, type MoveProgress } from '../../core/contract/move-messages.js';
import type { Act } from '../../core/ports/run-catalog.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { ApiError, type ErrorCode } from '../errors.js';

/**
 * Hands a decision to the move's workflow and waits until it is done. Errors: `MOVE_INCOMPLETE`, `MOVE_IS_LIVE`,
 * `MOVE_NOT_LIVE`, `MOVE_OVER`; `ENGINE_UNAVAILABLE`, when it is not known whether it counts.
 */
export async function decideMove(starter: WorkflowStarter, move: Act, decision: MoveDecision): Promise<MoveProgress> {
  // Accepted a moment ago, while the engine could not be reached: starting it twice joins.
  await starter.start(move);
  try {
    const update = { name: DECIDE_MOVE_UPDATE, updateId: randomUUID(), argument: decision };
    return (await starter.update(move, update)) as MoveProgress;
  } catch (error) {
    const code = error instanceof Failure ? TOLD[error.code] : undefined;
    throw code ? new ApiError(code, { cause: error }) : error;
  }
}

const TOLD: Partial<Record<FailureCode, ErrorCode>> = {
  MOVE_INCOMPLETE: 'MOVE_INCOMPLETE',
  MOVE_IS_LIVE: 'MOVE_IS_LIVE',
  MOVE_NOT_LIVE: 'MOVE_NOT_LIVE',
  MOVE_OVER: 'MOVE_OVER',
  WORKFLOW_ENDED: 'MOVE_OVER',
};
