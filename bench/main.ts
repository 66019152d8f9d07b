import type { Bench } from './bench.js';
import { guidelinesBench } from './eval/guidelines.js';
import { lookAlikesBench } from './eval/look-alikes.js';
import { phiBench } from './eval/phi.js';
import { retrievalBench } from './eval/retrieval.js';
import { liveqaBench } from './eval/retrieval-int8.js';
import { consoleBench } from './perf/console.js';
import { erasureBench } from './perf/erasure.js';
import { extractBench } from './perf/extract.js';
import { ingestBench } from './perf/ingest.js';
import { isolationBench } from './perf/isolation.js';
import { memoryBench } from './perf/memory.js';
import { movingBench } from './perf/moving.js';
import { robustnessBench } from './perf/robustness.js';
import { serveBench } from './perf/serve.js';
import { searchBench } from './perf/search.js';
import { wordsBench } from './perf/words.js';
import { uploadsBench } from './perf/uploads.js';
import { endWithInterrupt } from './setting/end-with-interrupt.js';
import { MissingForBench } from './setting/missing.js';

const BENCHES: readonly Bench[] = [
  ingestBench,
  uploadsBench,
  searchBench,
  wordsBench,
  serveBench,
  isolationBench,
  erasureBench,
  memoryBench,
  movingBench,
  retrievalBench,
  liveqaBench,
  guidelinesBench,
  lookAlikesBench,
  phiBench,
  consoleBench,
  extractBench,
  robustnessBench,
];

/**
 * `npm run bench -- <name> [options]`. What happens is said on stdout while it runs; the last line is one JSON object
 * `{"bench", "figures", "short"}`, where `short` names the targets that were missed. A missed target is a result, not an
 * error: the exit code is 0.
 */
async function main([name, ...args]: readonly string[]): Promise<number> {
  const bench = BENCHES.find((known) => known.name === name);
  if (!bench) {
    process.stderr.write('usage: npm run bench -- <name> [options]\n\n');
    for (const known of BENCHES) process.stderr.write(`  ${known.name.padEnd(10)} ${known.summary}\n`);
    return name === undefined ? 0 : 1;
  }
  endWithInterrupt();
  const say = (line = '') => process.stdout.write(`${line}\n`);
  const { figures, short } = await bench.run(args, say);
  say(JSON.stringify({ bench: bench.name, figures, short }));
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof MissingForBench;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
