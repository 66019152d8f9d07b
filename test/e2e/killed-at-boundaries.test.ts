import { mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbedActivities } from '../../activities/embed-activities.js';
import { createIoActivities } from '../../activities/io-activities.js';
import { createOcrActivities } from '../../activities/ocr-activities.js';
import type { FileClient, UploadInput } from '../../api/client/file-client.js';
import { entryPoint, PROJECT_ROOT } from '../../infra/entry-point.js';
import type { Boundary } from '../harness/activity-barrier.js';
import { type Stack, startStack } from '../harness/stack.js';
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
  uploadAll,
} from './killed-world.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

/**
 * Activities of no ingest that goes well: those after a failure, those that a schedule starts, those that are asked for (reviews and moves of vectors), and
 * those that only executions of earlier code go on with (`screenBatch`, `chunkBatch`).
 * Uploads that travel together are killed in uploads-together.test.ts; here each has a workflow of its own, so that each does the same work each time.
 * The others are held at their boundaries here. For those after a failure: faults-at-boundaries.test.ts.
 */
const NOT_IN_AN_INGEST_THAT_GOES_WELL = [
  'settleReview',
  'recordOpinion',
  'rescreenBatch',
  'settleRescreen',
  'recordClaim',
  'prepareReviewed',
  'noticeReview',
  'decideReview',
  'beginMove',
  'beginReview',
  'buildMove',
  'carryPages',
  'checkGoldenQuestions',
  'chunkBatch',
  'clearHeld',
  'compareMove',
  'eraseDocuments',
  'failVersions',
  'fillVectors',
  'findDueGoldenChecks',
  'findUnfilled',
  'listOrganizations',
  'listUploads',
  'maintainVectorIndexes',
  'mergeSegments',
  'planWarming',
  'promoteMove',
  'publishUploads',
  'readUploads',
  'reconcileRuns',
  'rollBackMove',
  'screenBatch',
  'separateRuns',
  'settleErasure',
  'settleGoldenCheck',
  'settleMove',
  'settleUnread',
  'startErasures',
  'sweepOrphans',
];

/** Whatever is asked of it: of the activities only the names are wanted. */
const ANYTHING: never = new Proxy({}, { get: () => ANYTHING }) as never;

const ACTIVITIES = [createIoActivities, createOcrActivities, createEmbedActivities].flatMap((create) =>
  Object.keys(create(ANYTHING)),
);

/** The first execution of each activity is held, so for each there must be one that comes after it: a dozen of each kind. */
const NOTES = 12;
const SYNCS = 9;
const RECORD_FILES = 3;

const QUESTIONS = ['what helps against a dry cough', 'how are the hands to be washed', 'blood pressure at home'];

/** Of the worker: before all effects, and after all. */
const KILLS = 2;

const LOOK_EVERY_MS = 50;

describeWith(
  [await findTemporal()],
  `processes killed with SIGKILL while an activity of each kind is at its boundary${killsMinio}`,
  () => {
    let folder: string;
    let places: Places;
    let corpus: UploadInput[];
    let undisturbed: Seen;
    let workUndisturbed: ReadonlyMap<string, number>;
    /** The activities that did anything then: to be held, each once. */
    let held: readonly string[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'medindex-boundaries-'));
      places = await Places.open(folder);
      corpus = await makeCorpus(join(folder, 'corpus'));
      const place = await places.make(syncedFolders());
      const barrier = await mkdtemp(join(folder, 'barrier-'));
      const stack = await startStack({ env: { ...place.env, ...preloading(barrier) } });
      try {
        const client = clientOf(stack);
        const started = await startAll(client, corpus, place);
        await allEnded(client, started);
        undisturbed = await look(client, place, QUESTIONS);
        workUndisturbed = await workDone(barrier, started);
        held = [...new Set([...workUndisturbed.keys()].map((name) => name.split(' ')[1] ?? ''))];
      } finally {
        await stack.stop();
        await place.close();
      }
    });
    afterAll(async () => {
      await places.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('an ingest that goes well has every activity but those that are known not to be in one', () => {
      expect([...held].sort()).toEqual(
        ACTIVITIES.filter((name) => !NOT_IN_AN_INGEST_THAT_GOES_WELL.includes(name)).sort(),
      );
    });

    test('before all effects, then after all: each document is there once and whole, and search answers the same', async () => {
      const barrier = await mkdtemp(join(folder, 'barrier-'));
      const place = await places.make(syncedFolders());
      await writeFile(join(barrier, 'hold'), 'before');
      const stack = await startStack({ env: { ...place.env, ...preloading(barrier) } });
      try {
        const client = clientOf(stack);
        const started = await startAll(client, corpus, place);
        await allHeld(barrier, 'before', held);
        await writeFile(join(barrier, 'hold'), 'after');
        await killAll(stack, place);

        await allHeld(barrier, 'after', held);
        await unlink(join(barrier, 'hold'));
        await killAll(stack, place);

        await allEnded(client, started);
        const seen = await look(client, place, QUESTIONS);
        expect(seen.documents).toEqual(undisturbed.documents);
        expect(seen.answers).toEqual(undisturbed.answers);

        // What a kill costs is one batch of each document: what was done before it is not done again.
        const work = await workDone(barrier, started);
        expect(new Set(work.keys())).toEqual(new Set(workUndisturbed.keys()));
        expect([...work].filter(([name, times]) => times > (workUndisturbed.get(name) ?? 0) + KILLS)).toEqual([]);
      } finally {
        await stack.stop();
        await place.close();
      }
    });
  },
);

/** The worker's settings, so that its activities stop at `barrier`, and write down there what they did. */
function preloading(barrier: string): Readonly<Record<string, string>> {
  const preload = pathToFileURL(entryPoint('test/harness/activity-barrier.js')).href;
  return { ACTIVITY_BARRIER: barrier, NODE_OPTIONS: `--import ${preload}`, MEDINDEX_GATHER_UPLOADS_MS: '0' };
}

/** A run, by its place among those that were started, and an activity → how often that did its work to the end. */
async function workDone(barrier: string, { runIds, syncIds }: Started): Promise<ReadonlyMap<string, number>> {
  const places = new Map([...runIds, ...syncIds].map((runId, index) => [runId, index]));
  const work = new Map<string, number>();
  for (const line of (await readFile(join(barrier, 'done'), 'utf8')).trimEnd().split('\n')) {
    const [workflowId = '', activity] = line.split(' ');
    const place = workflowId.split(':').flatMap((part) => places.get(part) ?? [])[0];
    // What a schedule starts belongs to no run.
    if (place === undefined) continue;
    const name = `${place} ${activity}`;
    work.set(name, (work.get(name) ?? 0) + 1);
  }
  return work;
}

interface Started {
  readonly runIds: readonly string[];
  readonly syncIds: readonly string[];
}

async function startAll(client: FileClient, corpus: readonly UploadInput[], place: Place): Promise<Started> {
  const syncIds: string[] = [];
  for (const uri of place.locations.values()) {
    syncIds.push((await client.startSync('consumer_health', { uri })).runId);
  }
  return { runIds: await uploadAll(client, corpus), syncIds };
}

async function allEnded(client: FileClient, { runIds, syncIds }: Started): Promise<void> {
  const runs = await ended(client, runIds);
  expect(runs.filter((run) => !['published', 'held'].includes(run.state))).toEqual([]);
  for (const syncId of syncIds) {
    const { state, sources } = await syncEnded(client, syncId);
    expect({ state, failed: sources.failed, ended: sources.ended }).toEqual({
      state: 'published',
      failed: 0,
      ended: sources.listed,
    });
  }
}

/** One of each kind stands at its boundary. */
async function allHeld(barrier: string, boundary: Boundary, activities: readonly string[]): Promise<void> {
  const wanted = activities.map((activity) => `${boundary}-${activity}`);
  for (;;) {
    const files = new Set(await readdir(barrier));
    if (wanted.every((name) => files.has(name))) return;
    await pause(LOOK_EVERY_MS);
  }
}

/** All processes but the supervisor, which brings them back; the worker first, so that nothing held can go on. */
async function killAll(stack: Stack, place: Place): Promise<void> {
  kill(stack, 'worker');
  kill(stack, 'api');
  kill(stack, 'temporal');
  await Promise.all([place.killDatabase(stack), place.killStore()]);
  await answered(() => clientOf(stack).runs({ limit: 1 }));
}

/** The demo's PDFs (two of them scanned), files of records and notes, each kind often enough. */
async function makeCorpus(folder: string): Promise<UploadInput[]> {
  await mkdir(folder, { recursive: true });
  const demo = join(PROJECT_ROOT, 'infra/local/demo/corpus');
  const uploads: UploadInput[] = [];
  const upload = (path: string, collection: string, name = basename(path)) =>
    uploads.push({ path, collection, fileName: name, externalId: name });
  for (const collection of ['guidelines', 'consumer_health', 'drug_labels']) {
    for (const file of (await readdir(join(demo, collection))).filter((name) => /\.pdf$|held/.test(name))) {
      upload(join(demo, collection, file), collection);
      if (file.endsWith('.pdf')) upload(join(demo, collection, file), collection, `copy-of-${file}`);
    }
  }
  const records = await readFile(join(demo, 'pubmed_abstracts/cardiovascular.xml'), 'utf8');
  for (let file = 0; file < RECORD_FILES; file++) {
    const path = join(folder, `records-${file}.xml`);
    await writeFile(path, renumbered(records, file));
    upload(path, 'pubmed_abstracts');
  }
  for (let note = 0; note < NOTES; note++) {
    const path = join(folder, `note-${note}.md`);
    await writeFile(path, `# Note ${note}\n\nA dry cough eases with warm fluids, as case ${note} of the ward shows.\n`);
    upload(path, 'guidelines');
  }
  return uploads;
}

/** The same records with identities of their own. */
function renumbered(xml: string, file: number): string {
  let record = 0;
  return xml.replace(/(<PMID[^>]*>)\d+/g, (_, tag: string) => `${tag}${80_000_000 + file * 1_000 + record++}`);
}

/** Small prefixes, each synced by itself. */
function syncedFolders(): Map<string, Map<string, string>> {
  return new Map(
    Array.from({ length: SYNCS }, (_, sync) => [
      `topics-${sync}`,
      new Map(
        [1, 2].map((topic) => [
          `topic-${topic}.md`,
          `# Topic ${sync}.${topic}\n\nAdvice number ${sync * 7 + topic}.\n`,
        ]),
      ),
    ]),
  );
}
