import { msToNumber } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';
import { WORKER_KINDS } from '../../../core/contract/queues.js';
import { tuning } from '../../../workers/tuning.js';

describe('tuning', () => {
  it.each(WORKER_KINDS.filter((kind) => kind !== 'workflow'))(
    'sends the heartbeats of %s on, so that a cancellation arrives within 5 s',
    (kind) => {
      const throttle = tuning(kind).maxHeartbeatThrottleInterval;
      expect(throttle === undefined ? Number.POSITIVE_INFINITY : msToNumber(throttle)).toBeLessThanOrEqual(2_000);
    },
  );
});
