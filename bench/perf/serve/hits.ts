import autocannon from 'autocannon';
import type { Pool } from 'pg';
import { PgVectorIndex } from '../../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../../infra/postgres/postgres-catalog.js';
import { publishDocument } from '../../../test/api/publish-document.js';
import { ServingProcess } from '../../setting/api-processes.js';
import { median, percentile, round } from '../../setting/statistics.js';
import { ask, newAgent, tierOf } from './asking.js';

const CONNECTIONS = 8;
/** Turns of both, one after the other, so that a busy moment of the machine meets both. */
const TURNS = 3;

interface HotRun {
  readonly perSecond: number;
  readonly perCoreSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function hammer(process: ServingProcess, key: string, body: string, seconds: number): Promise<HotRun> {
  const before = process.usage().cpuSeconds;
  const result = await autocannon({
    url: `${process.url}/v1/search`,
    connections: CONNECTIONS,
    duration: seconds,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} requests were not answered 200`);
  const cpuSeconds = process.usage().cpuSeconds - before;
  return {
    perSecond: result['2xx'] / result.duration,
    perCoreSecond: result['2xx'] / cpuSeconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

/** One answer out of memory, again and again, beside a constant answer of the same size from the same framework. */
export async function shareOfConstant(input: { api: ServingProcess; key: string; question: string; seconds: number }) {
  const { api, key, question, seconds } = input;
  const body = { query: question };
  const agent = newAgent();
  await ask({ agent, url: `${api.url}/v1/search`, key, body });
  const { text } = await ask({ agent, url: `${api.url}/v1/search`, key, body });
  agent.destroy();
  const constant = await ServingProcess.constant(text.length);
  try {
    const ours: HotRun[] = [];
    const theirs: HotRun[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      theirs.push(await hammer(constant, key, JSON.stringify(body), seconds));
      ours.push(await hammer(api, key, JSON.stringify(body), seconds));
    }
    const of = (runs: readonly HotRun[], name: keyof HotRun) => median(runs.map((run) => run[name]));
    return {
      answerBytes: text.length,
      l1PerSecond: round(of(ours, 'perSecond'), 0),
      l1PerCoreSecond: round(of(ours, 'perCoreSecond'), 0),
      constantPerCoreSecond: round(of(theirs, 'perCoreSecond'), 0),
      ofConstant: round(of(ours, 'perCoreSecond') / of(theirs, 'perCoreSecond')),
      l1P50Ms: of(ours, 'p50Ms'),
      l1P99Ms: of(ours, 'p99Ms'),
      constantP99Ms: of(theirs, 'p99Ms'),
    };
  } finally {
    await constant.stop();
  }
}

/** Questions that one process has answered, asked of the other: the shared tier, one request at a time. */
export async function hitsOfTiers(input: TierInput) {
  const timesMs = await timesByTier(input, {});
  return {
    missP50Ms: round(median(timesMs['miss'] ?? [])),
    l2Hits: timesMs['l2']?.length ?? 0,
    l2P50Ms: round(median(timesMs['l2'] ?? [])),
    l2P99Ms: round(percentile(timesMs['l2'] ?? [], 0.99)),
  };
}

/** The same with answers of a hundred passages, which lie in the object store. */
export async function largeAnswers(input: TierInput) {
  const timesMs = await timesByTier(input, { topK: 100 });
  return {
    largeMissP50Ms: round(median(timesMs['miss'] ?? [])),
    l3Hits: timesMs['l3']?.length ?? 0,
    l3P50Ms: round(median(timesMs['l3'] ?? [])),
    l3P99Ms: round(percentile(timesMs['l3'] ?? [], 0.99)),
  };
}

interface TierInput {
  readonly one: ServingProcess;
  readonly two: ServingProcess;
  readonly key: string;
  readonly questions: readonly string[];
}

async function timesByTier({ one, two, key, questions }: TierInput, parameters: object) {
  const agent = newAgent();
  const timesMs: Record<string, number[]> = {};
  for (const process of [one, two, two]) {
    for (const query of questions) {
      const body = { query, ...parameters };
      const { text, tookMs } = await ask({ agent, url: `${process.url}/v1/search`, key, body });
      (timesMs[tierOf(text)] ??= []).push(tookMs);
    }
  }
  agent.destroy();
  return timesMs;
}

/** What it costs to count a request: a key that is limited and one that is not, in turn, one request at a time. */
export async function limiterShare(input: {
  api: ServingProcess;
  limitedKey: string;
  adminKey: string;
  question: string;
}): Promise<number> {
  const { api, limitedKey, adminKey, question } = input;
  const agent = newAgent();
  const timesMs: Record<string, number[]> = { limited: [], free: [] };
  for (let turn = 0; turn < 4_000; turn++) {
    const [name, key] = turn % 2 === 0 ? ['limited', limitedKey] : ['free', adminKey];
    const { tookMs } = await ask({ agent, url: `${api.url}/v1/search`, key, body: { query: question } });
    // The first ones fill caches and connections.
    if (turn > 200) timesMs[name]?.push(tookMs);
  }
  agent.destroy();
  return round(median(timesMs['limited'] ?? []) - median(timesMs['free'] ?? []), 3);
}

const ASKERS = 6;
const PUBLISH_EVERY_MS = 300;
/** Caches are empty at first: of a stream as short as the list of questions a third are new, however quick the machine is. */
const LEAST_ASKED = 1_500;

/** Questions as often as people ask them, the n-th one n times more seldom than the first, while the index grows. */
export async function zipfWhilePublishing(input: {
  processes: readonly ServingProcess[];
  key: string;
  questions: readonly string[];
  seconds: number;
  pool: Pool;
}) {
  const { processes, key, questions, seconds, pool } = input;
  const weights = questions.map((_, index) => 1 / (index + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const pick = (): string => {
    let rest = Math.random() * sum;
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest <= 0) return questions[index] ?? '';
    }
    return questions[0] ?? '';
  };
  const untilMs = performance.now() + seconds * 1000;
  let asked = 0;
  const isOver = () => performance.now() >= untilMs && asked >= LEAST_ASKED;
  const tiers: Record<string, number> = {};
  let published = 0;
  const publish = async () => {
    const catalog = createPostgresCatalog({ pool });
    const vectorIndex = new PgVectorIndex({ pool });
    while (!isOver()) {
      const word = `benchomycin${published++}`;
      const passages = [`${word} is taken once daily.`];
      await publishDocument({
        catalog,
        vectorIndex,
        embedder: null,
        collection: 'consumer_health',
        externalId: word,
        passages,
      });
      await new Promise((resolve) => setTimeout(resolve, PUBLISH_EVERY_MS));
    }
  };
  const agent = newAgent();
  const asker = async (number: number) => {
    const { url } = processes[number % processes.length] ?? {};
    while (!isOver()) {
      asked++;
      const { text } = await ask({ agent, url: `${url}/v1/search`, key, body: { query: pick() } });
      const tier = tierOf(text);
      tiers[tier] = (tiers[tier] ?? 0) + 1;
    }
  };
  await Promise.all([publish(), ...Array.from({ length: ASKERS }, (_, number) => asker(number))]);
  agent.destroy();
  const all = Object.values(tiers).reduce((total, count) => total + count, 0);
  return {
    zipfQuestions: questions.length,
    zipfAsked: all,
    zipfPublished: published,
    zipfHitRate: round((all - (tiers['miss'] ?? 0)) / all),
  };
}
