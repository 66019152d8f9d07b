import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { WORKFLOW_BUNDLE } from '../../workers/bundle.js';

const HISTORIES = join(PROJECT_ROOT, 'test/replay/histories');

/**
 * Executions that began under earlier code must be able to go on under this one. A failure here means: patch or version
 * the workflow; record anew (RECORD_HISTORIES=1 npm test -- test/workflows) only what was never released.
 */
test('every recorded history replays with the workflow code of today', async () => {
  const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.json'));
  expect(files).toEqual(
    expect.arrayContaining([
      ...['cancelled', 'failed', 'paged', 'records'].map((name) => `ingest-source-${name}.json`),
      ...['apart', 'cancelled', 'continued', 'listing-failed', 'separate', 'whole'].map(
        (name) => `sync-prefix-${name}.json`,
      ),
    ]),
  );
  const histories = await Promise.all(
    files.map(async (file) => ({
      workflowId: file,
      history: JSON.parse(await readFile(join(HISTORIES, file), 'utf8')) as unknown,
    })),
  );
  const outcomes: Record<string, unknown> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { codePath: WORKFLOW_BUNDLE } },
    histories,
  )) {
    outcomes[workflowId] = error;
  }
  expect(outcomes).toEqual(Object.fromEntries(files.map((file) => [file, undefined])));
});
