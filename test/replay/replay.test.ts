import { readdir } from 'node:fs/promises';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { WORKFLOW_BUNDLE } from '../../workers/bundle.js';
import * as workflows from '../../workflows/index.js';
import { HISTORIES, readHistory } from '../workflows/record-history.js';

const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.json')).sort();

test('there is a history of each released workflow, and of each way that its tests know', async () => {
  const types = await Promise.all(
    files.map(async (file) => {
      const [started] = (await readHistory(file)).events;
      return started?.workflowExecutionStartedEventAttributes?.workflowType.name;
    }),
  );
  expect([...new Set(types)].sort()).toEqual(Object.keys(workflows).sort());
  expect(files).toEqual(
    expect.arrayContaining([
      ...['cancelled', 'failed', 'paged', 'records', 'reread'].map((name) => `ingest-source-${name}.json`),
      ...['apart', 'failed-one', 'separate', 'whole'].map((name) => `ingest-batch-${name}.json`),
      ...['apart', 'cancelled', 'outage', 'separate', 'unpublished', 'whole'].map(
        (name) => `ingest-uploads-${name}.json`,
      ),
      ...['apart', 'cancelled', 'continued', 'listing-failed', 'separate', 'whole'].map(
        (name) => `sync-prefix-${name}.json`,
      ),
    ]),
  );
});

/**
 * Executions that began under earlier code must be able to go on under this one. A failure here means: patch or version
 * the workflow. After a change of its commands, add a history (RECORD_HISTORIES=1 npm test -- test/workflows); those that
 * are there stay, unless what they show was never released.
 */
test('every recorded history replays with the workflow code of today', async () => {
  const histories = await Promise.all(
    files.map(async (file) => ({ workflowId: file, history: await readHistory(file) })),
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
