export interface DocumentToDelete {
  readonly isDeleted: boolean;
  /** A version that came after the tombstone may still go live (`statesThatMayGoLive`). */
  readonly acceptedSince: boolean;
}

/**
 * What a delete does. `withdraw`: it takes the document out, with a tombstone of its own. `repeat`: the document is gone already;
 * the delete has its place in the order of acceptance all the same, and answers the receipt that says since when.
 */
export function judgeDeletion({ isDeleted, acceptedSince }: DocumentToDelete): 'withdraw' | 'repeat' {
  return isDeleted && !acceptedSince ? 'repeat' : 'withdraw';
}
