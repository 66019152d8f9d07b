import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '../../infra/postgres/pool.js';
import { findRedis } from '../../test/harness/redis-binary.js';
import { startRedis } from '../../test/harness/redis.js';
import { type Bench, missed } from '../bench.js';
import { ServingProcess } from '../setting/api-processes.js';
import { Medindex } from '../setting/medindex.js';
import { MissingForBench } from '../setting/missing.js';
import { NativeServer } from '../setting/native-server.js';
import { consumerHealthFiles, consumerHealthQuestions } from '../setting/samples.js';
import { round, tableLines } from '../setting/statistics.js';
import { deletionTrials } from './serve/deletion-trials.js';
import { hitsOfTiers, largeAnswers, limiterShare, shareOfConstant, zipfWhilePublishing } from './serve/hits.js';
import { overload } from './serve/overload.js';

const COLLECTION = 'consumer_health';

const TARGETS = {
  l1P99Ms: 5,
  l1PerCoreSecond: 4_000,
  ofConstant: 0.5,
  l2P99Ms: 10,
  limiterP50Ms: 0.2,
  zipfHitRate: 0.7,
  stale: 0,
  residentMb: 500,
  overloadP99Ms: 1_000,
  goodput: 0.9,
};

/** What can be measured by itself; each takes one to three minutes on two busy cores. */
const PARTS = ['hits', 'large', 'limits', 'zipf', 'deletions', 'overload'] as const;
type Part = (typeof PARTS)[number];

/**
 * Two API processes over native Postgres and Redis, asked by autocannon: what cached answers cost beside a constant answer of the
 * same framework and size, what limits cost, what a deletion leaves behind, and what an overload does. All of it shares the
 * machine's cores with the load generator and the stores, so only ratios of one run say much.
 */
export const serveBench: Bench = {
  name: 'serve',
  summary:
    '[--parts hits,large,limits,zipf,deletions,overload] [--files 60] [--seconds 5] [--trials 1000]  cached answers, limits, deletions beside readers, overload',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        parts: { type: 'string', default: PARTS.join() },
        files: { type: 'string', default: '60' },
        seconds: { type: 'string', default: '5' },
        trials: { type: 'string', default: '1000' },
      },
    });
    const parts = partsOf(values.parts);
    const seconds = Number(values.seconds);
    const redisFound = await findRedis();
    if ('missing' in redisFound) throw new MissingForBench(`This bench needs Redis: ${redisFound.missing}`);
    const questions = consumerHealthQuestions();
    const server = await NativeServer.start();
    const redis = await startRedis(redisFound);
    const databaseUrl = await server.createDatabase();
    const stack = await Medindex.start({ databaseUrl, env: { REDIS_URL: redis.url } });
    const processes: ServingProcess[] = [];
    const pool = await createPool({ databaseUrl, kind: 'native', maxConnections: 4 });
    try {
      say(`ingesting ${values.files} files`);
      await stack.ingest(consumerHealthFiles(Number(values.files)), COLLECTION);
      for (let number = 0; number < 2; number++) {
        processes.push(await ServingProcess.api(stack, { databaseUrl, redisUrl: redis.url }));
      }
      const adminKey = readFileSync(join(stack.dataDir, 'admin.key'), 'utf8').trim();
      const [one, two] = processes as [ServingProcess, ServingProcess];
      const { key } = await stack.client.createKey({
        name: 'bench',
        scopes: ['search'],
        safetyLevel: 'clinical_staff_only',
      });
      // So much that it counts every request and refuses none.
      await pool.query(`insert into ops.rate_limits values ('pro', 'search', 10000000, 60) on conflict do nothing`);
      await pool.query(`insert into ops.monthly_quotas values ('pro', null) on conflict do nothing`);
      await new Promise((resolve) => setTimeout(resolve, 6_000));

      const question = questions[0] ?? 'asthma';
      const measured: Measured = {};
      if (parts.has('hits')) {
        say('cached answers');
        Object.assign(measured, await shareOfConstant({ api: one, key, question, seconds }));
        Object.assign(measured, await hitsOfTiers({ one, two, key, questions: questions.slice(0, 200) }));
      }
      if (parts.has('large')) {
        say('large answers');
        Object.assign(measured, await largeAnswers({ one, two, key, questions: questions.slice(0, 60) }));
      }
      if (parts.has('limits')) {
        say('limits');
        measured['limiterP50Ms'] = await limiterShare({ api: one, limitedKey: key, adminKey, question });
      }
      if (parts.has('zipf')) {
        say('a Zipf stream while documents are published');
        Object.assign(measured, await zipfWhilePublishing({ processes, key, questions, seconds: seconds * 4, pool }));
      }
      if (parts.has('deletions')) {
        say(`${values.trials} deletions beside readers`);
        Object.assign(measured, await deletionTrials({ pool, processes, adminKey, trials: Number(values.trials) }));
      }
      if (parts.has('overload')) {
        say('overload');
        Object.assign(measured, await overload({ api: two, key, questions, seconds }));
      }
      const residentMb = Math.max(...processes.map((process) => process.usage().residentBytes)) / 1e6;
      const figures = { cores: availableParallelism(), ...measured, residentMb: round(residentMb, 0) };
      for (const line of tableLines(Object.entries(figures).map(([name, value]) => [name, String(value)]))) say(line);
      const short = missed(judged(figures));
      return { figures, short };
    } finally {
      for (const process of processes) await process.stop();
      await pool.end();
      await stack.stop();
      await redis.stop();
      await server.stop();
    }
  },
};

type Measured = Record<string, number>;

/** Whether each target is met, of those whose part was measured. */
function judged(figures: Measured): Record<string, boolean> {
  const least = (name: string, target: number) => [name, (figures[name] ?? 0) >= target] as const;
  const most = (name: string, target: number) => [name, (figures[name] ?? 0) <= target] as const;
  const all = [
    most('l1P99Ms', TARGETS.l1P99Ms),
    least('l1PerCoreSecond', TARGETS.l1PerCoreSecond),
    least('ofConstant', TARGETS.ofConstant),
    most('l2P99Ms', TARGETS.l2P99Ms),
    most('limiterP50Ms', TARGETS.limiterP50Ms),
    least('zipfHitRate', TARGETS.zipfHitRate),
    most('stale', TARGETS.stale),
    most('residentMb', TARGETS.residentMb),
    most('overloadAcceptedP99Ms', TARGETS.overloadP99Ms),
    least('goodputOfCapacity', TARGETS.goodput),
  ];
  return Object.fromEntries(all.filter(([name]) => name in figures));
}

function partsOf(list: string): ReadonlySet<Part> {
  const named = list.split(',');
  const unknown = named.filter((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}. Known: ${PARTS.join(', ')}`);
  return new Set(named as Part[]);
}
