import type { VectorIndexId } from '../contract/ids.js';
import type { ComparisonSummary, MovePolicy } from '../contract/move-messages.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type { Act } from '../ports/run-catalog.js';
import type { VectorStore } from '../ports/vector-index.js';
import type { MoveEstimate } from './estimate-move.js';

/** What only runs of the kind `migration` have: what was asked for, and what became known since. */
export interface MoveDetails {
  /** Name of the model. */
  readonly model: string;
  readonly store: VectorStore;
  readonly policy: MovePolicy;
  readonly keepDays: number;
  /** Questions of whoever asked for the move, sealed in the object store. */
  readonly questions?: ObjectRef;
  /** The new vector index, once it is begun. */
  readonly vectorIndexId?: VectorIndexId;
  /** The one that was searched when it was begun. */
  readonly formerId?: VectorIndexId;
  readonly estimate?: MoveEstimate;
  readonly comparison?: ComparisonSummary;
  /** Question by question, sealed in the object store. */
  readonly report?: ObjectRef;
}

/** The type is what the API and the activities wrote. */
export function moveDetails(act: Pick<Act, 'details'>): MoveDetails {
  return act.details as unknown as MoveDetails;
}
