import type { PhiPolicy } from '../contract/states.js';

/** What becomes of a live version in which a later screen finds what would hold it. */
export type RescreenVerdict = 'held' | 'allowed' | 'suspected';

/**
 * `suspected`: a report only counts. A collection that redacts holds as well: what is live was published as it is, and placeholders
 * of their own in it are for a reviewer to order.
 */
export function judgeRescreened(policy: PhiPolicy, { report }: { readonly report: boolean }): RescreenVerdict {
  if (report) return 'suspected';
  switch (policy) {
    case 'allow':
      return 'allowed';
    case 'block':
    case 'redact':
      return 'held';
  }
}
