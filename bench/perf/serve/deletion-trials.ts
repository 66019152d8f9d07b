import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { PgVectorIndex } from '../../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../../infra/postgres/postgres-catalog.js';
import { publishDocument } from '../../../test/api/publish-document.js';
import type { ServingProcess } from '../../setting/api-processes.js';
import { median, percentile, round } from '../../setting/statistics.js';
import { ask, newAgent } from './asking.js';

/** Trials under way at once: more of them wait for each other on two cores. */
const LANES = 8;
/** Between two looks of a reader, so that readers leave some of the cores to what they race with. */
const LOOK_AGAIN_MS = 4;

/**
 * A document is published, asked for of both processes again and again, and deleted meanwhile; once the deletion has
 * answered, both are asked once more. `stale`: answers to those last questions that still had it.
 */
export async function deletionTrials(input: {
  pool: Pool;
  processes: readonly ServingProcess[];
  adminKey: string;
  trials: number;
}) {
  const { pool, processes, adminKey, trials } = input;
  const catalog = createPostgresCatalog({ pool });
  const vectorIndex = new PgVectorIndex({ pool });
  const agent = newAgent();
  const deletionsMs: number[] = [];
  let stale = 0;
  let raced = 0;
  let next = 0;

  const search = async (process: ServingProcess, query: string): Promise<string> => {
    const body = { query, mode: 'text', topK: 3 };
    return (await ask({ agent, url: `${process.url}/v1/search`, key: adminKey, body })).text;
  };

  const trial = async (number: number) => {
    const word = `gonomycin${number.toString(36)}q`;
    const { documentId } = await publishDocument({
      catalog,
      vectorIndex,
      embedder: null,
      collection: 'guidelines',
      externalId: word,
      passages: [`${word} is taken once daily.`],
    });
    let isGone = false;
    const readers = processes.map(async (process) => {
      while (!isGone) {
        const text = await search(process, word);
        if (text.includes(documentId)) raced++;
        await wait(LOOK_AGAIN_MS);
      }
    });
    const url = `${processes[number % processes.length]?.url}/v1/documents/${documentId}`;
    const deleted = await ask({ agent, url, key: adminKey, method: 'DELETE' });
    if (deleted.status !== 200)
      throw new Error(`a deletion was answered ${deleted.status}: ${deleted.text.slice(0, 200)}`);
    deletionsMs.push(deleted.tookMs);
    isGone = true;
    const after = await Promise.all(processes.map((process) => search(process, word)));
    stale += after.filter((text) => text.includes(documentId)).length;
    await Promise.all(readers);
  };
  const lane = async () => {
    while (next < trials) await trial(next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
  return {
    deletions: deletionsMs.length,
    racedAnswers: raced,
    stale,
    deletionP50Ms: round(median(deletionsMs), 0),
    deletionP99Ms: round(percentile(deletionsMs, 0.99), 0),
  };
}
