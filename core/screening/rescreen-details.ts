import { NOTHING_RESCREENED, type RescreenCounts, type RescreenOptions } from '../contract/rescreen-messages.js';

/** What only runs of the kind `rescreen` have. */
export interface RescreenDetails extends RescreenOptions {
  readonly counts?: RescreenCounts;
}

/** The type is what the API and the catalog wrote. */
export function rescreenDetails({ details }: { readonly details: Readonly<Record<string, unknown>> }): RescreenDetails {
  return details as unknown as RescreenDetails;
}

export function rescreenCounts(act: { readonly details: Readonly<Record<string, unknown>> }): RescreenCounts {
  return rescreenDetails(act).counts ?? NOTHING_RESCREENED;
}
