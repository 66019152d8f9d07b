import autocannon from 'autocannon';
import type { ServingProcess } from '../../setting/api-processes.js';
import { percentile, round } from '../../setting/statistics.js';

/** As many as are worked out at once: the process is busy and nobody waits. */
const CAPACITY_CONNECTIONS = 12;
const OVERLOAD_CONNECTIONS = 200;
const TIMES_CAPACITY = 5;

interface Answers {
  readonly acceptedPerSecond: number;
  readonly acceptedP99Ms: number;
  /** Of the first answers of connections. Node takes one new connection a turn of its event loop: with 200 at once the last waits for 200 turns. */
  readonly firstP99Ms: number;
  readonly refusedPerSecond: number;
  readonly failed: number;
}

/** Searches that no cache has, as many as the process can do, and then five times as many. */
export async function overload(input: {
  api: ServingProcess;
  key: string;
  questions: readonly string[];
  seconds: number;
}) {
  const { seconds } = input;
  const capacity = await load({ ...input, connections: CAPACITY_CONNECTIONS, seconds });
  const overloaded = await load({
    ...input,
    connections: OVERLOAD_CONNECTIONS,
    perSecond: Math.ceil(TIMES_CAPACITY * capacity.acceptedPerSecond),
    seconds: seconds * 2,
  });
  return {
    capacityPerSecond: round(capacity.acceptedPerSecond, 1),
    capacityP99Ms: round(capacity.acceptedP99Ms, 0),
    overloadAcceptedPerSecond: round(overloaded.acceptedPerSecond, 1),
    overloadRefusedPerSecond: round(overloaded.refusedPerSecond, 1),
    overloadAcceptedP99Ms: round(overloaded.acceptedP99Ms, 0),
    overloadFirstAnswersP99Ms: round(overloaded.firstP99Ms, 0),
    overloadFailed: overloaded.failed,
    goodputOfCapacity: round(overloaded.acceptedPerSecond / capacity.acceptedPerSecond),
  };
}

let asked = 0;

async function load(input: {
  api: ServingProcess;
  key: string;
  questions: readonly string[];
  connections: number;
  seconds: number;
  perSecond?: number;
}): Promise<Answers> {
  const { api, key, questions, connections, seconds, perSecond } = input;
  const acceptedMs: number[] = [];
  const firstMs: number[] = [];
  let accepted = 0;
  let refused = 0;
  let failed = 0;
  const result = await autocannon({
    url: `${api.url}/v1/search`,
    connections,
    duration: seconds,
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          // Every question is new to the cache.
          body: JSON.stringify({ query: `${questions[asked % questions.length]} ${(asked++).toString(36)}` }),
        }),
      },
    ],
    setupClient: (client) => {
      let isFirst = true;
      client.on('response', (status: number, _bytes: number, tookMs: number) => {
        if (status === 200) accepted++;
        else if (status === 503) refused++;
        else failed++;
        if (isFirst) firstMs.push(tookMs);
        else if (status === 200) acceptedMs.push(tookMs);
        isFirst = false;
      });
    },
  });
  return {
    acceptedPerSecond: accepted / result.duration,
    acceptedP99Ms: percentile(acceptedMs, 0.99),
    firstP99Ms: percentile(firstMs, 0.99),
    refusedPerSecond: refused / result.duration,
    failed: failed + result.errors,
  };
}
