import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UploadInput } from '../../api/client/file-client.js';
import { startStack } from '../harness/stack.js';
import { killedCorpus, MADE_DOCUMENTS, syncedTopics } from './killed-corpus.js';
import {
  answered,
  clientOf,
  ended,
  kill,
  killsMinio,
  look,
  type Place,
  Places,
  type Seen,
  syncEnded,
  until,
  untilSync,
  uploadAll,
} from './killed-world.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const QUESTIONS = [
  'zorbacillin and renal dosing with oedema',
  'trial 777 of mirtolol',
  'wheeze at night after exercise',
  'when should a patient with a fever be referred',
  'maximum daily dose',
];

const TOPICS = 'topics';

describeWith(
  [await findTemporal()],
  `processes killed with SIGKILL in the middle of ingests and a sync${killsMinio}`,
  () => {
    let folder: string;
    let places: Places;
    let corpus: UploadInput[];
    let undisturbed: Seen;

    const newPlace = (): Promise<Place> => places.make(new Map([[TOPICS, syncedTopics()]]));
    const topicsOf = (place: Place): string => place.locations.get(TOPICS) ?? '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'medindex-killed-'));
      corpus = await killedCorpus(join(folder, 'corpus'));
      places = await Places.open(folder);
      const place = await newPlace();
      const stack = await startStack({ env: place.env });
      try {
        const client = clientOf(stack);
        await ended(client, await uploadAll(client, corpus));
        await syncEnded(client, (await client.startSync('consumer_health', { uri: topicsOf(place) })).runId);
        undisturbed = await look(client, place, QUESTIONS);
      } finally {
        await stack.stop();
        await place.close();
      }
    });
    afterAll(async () => {
      await places.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('the undisturbed run has everything, so that there is something to compare with', () => {
      expect(Object.keys(undisturbed.documents).length).toBeGreaterThan(MADE_DOCUMENTS);
      for (const answer of Object.values(undisturbed.answers)) expect(answer).not.toMatchObject({ scores: [] });
    });

    test('each document is there exactly once, its ledger complete, and search answers as if nothing had happened', async () => {
      const place = await newPlace();
      const stack = await startStack({ env: place.env });
      try {
        const client = clientOf(stack);
        const runIds = await uploadAll(client, corpus);

        await until(client, runIds, (runs) => runs.some((run) => run.stage === 'ocr' || run.stage === 'extract'));
        kill(stack, 'worker');
        await until(client, runIds, (runs) => runs.some((run) => run.state === 'running' && run.records.done >= 500));
        await place.killDatabase(stack);
        const { runId: syncId } = await answered(() => client.startSync('consumer_health', { uri: topicsOf(place) }));
        await untilSync(client, syncId, (sync) => sync.sources.listed > 0);
        kill(stack, 'temporal');
        await place.killStore();
        await untilSync(client, syncId, (sync) => sync.sources.ended > 0);
        kill(stack, 'api');
        kill(stack, 'worker');
        await place.killDatabase(stack);

        const runs = await ended(client, runIds);
        expect(runs.filter((run) => run.error?.code === 'INTERNAL')).toEqual([]);
        const sync = await syncEnded(client, syncId);
        expect(sync).toMatchObject({ state: 'published', sources: { failed: 0, ended: sync.sources.listed } });
        const seen = await look(client, place, QUESTIONS);
        expect(seen.documents).toEqual(undisturbed.documents);
        expect(seen.answers).toEqual(undisturbed.answers);

        // The same bytes again: nothing to do, and nothing is done.
        const again = await ended(client, await uploadAll(client, corpus));
        expect([...new Set(again.map((run) => run.state))].sort()).toEqual(['held', 'unchanged']);
        const { runId: resync } = await client.startSync('consumer_health', { uri: topicsOf(place) });
        expect(await syncEnded(client, resync)).toMatchObject({ state: 'unchanged' });
        expect(await look(client, place, QUESTIONS)).toEqual(seen);
      } finally {
        await stack.stop();
        await place.close();
      }
    });
  },
);
