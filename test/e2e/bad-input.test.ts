import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MedindexClient } from '../../api/client/client.js';
import type { ErrorBody } from '../../api/schemas/envelope.js';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { startStack, type Stack } from '../harness/stack.js';
import { BAD_INPUTS, UPLOAD_LIMIT_MB } from './bad-inputs.js';
import { upload } from '../api/multipart.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const LOOK_EVERY_MS = 50;

/** What a content editor is told of one input. */
interface Told {
  /** HTTP status, or how the run ended. */
  readonly answer: string;
  readonly code: string;
  readonly sentence: string;
}

describeWith([await findTemporal()], 'bad input', () => {
  let stack: Stack;
  let client: MedindexClient;

  beforeAll(async () => {
    stack = await startStack({ env: { MEDINDEX_MAX_UPLOAD_MB: String(UPLOAD_LIMIT_MB) } });
    client = new MedindexClient({ url: stack.url, apiKey: stack.adminKey });
  });
  afterAll(() => stack?.stop());

  test('is answered as docs/bad-input.md says, and harms no neighbour', async () => {
    const processes = pids();
    // All at once: each is the neighbour of all others.
    const told = await Promise.all(BAD_INPUTS.map(async ({ name, request }) => [name, await tell(request)] as const));
    expect(Object.fromEntries(told)).toEqual(await documented());
    expect(pids()).toEqual(processes);
    const good = await tell(async () => upload({ fileName: 'good.md', content: '# Good\n\nPlainly readable.\n' }));
    expect(good.answer).toBe('published');
  });

  test('of two uploads of one document at once, the one accepted later is the one that is read', async () => {
    const runs = await Promise.all(
      ['one', 'two', 'three', 'four'].map((word) =>
        accepted(upload({ fileName: 'same.md', content: `# Same\n\nThis is version ${word}.\n` })),
      ),
    );
    const ends = await Promise.all(runs.map((run) => ended(run.runId)));
    for (const { state } of ends) expect(['published', 'superseded']).toContain(state);
    const { documents } = await client.documents({ externalId: 'same.md' });
    expect(documents).toHaveLength(1);
    // Runs are listed newest first: the first of these four was accepted last.
    const { runs: listed } = await client.runs({ limit: 100 });
    const last = listed.find((run) => runs.some(({ runId }) => runId === run.runId));
    expect(documents[0]?.version.runId).toBe(last?.runId);
  });

  test('a hundred identical uploads at once are one document of one version', async () => {
    const runs = await Promise.all(
      Array.from({ length: 100 }, () => accepted(upload({ fileName: 'hundred.md', content: '# One\n\nOnly once.\n' }))),
    );
    const ends = await Promise.all([...new Set(runs.map((run) => run.runId))].map(ended));
    expect(ends.filter(({ state }) => state === 'published')).toHaveLength(1);
    for (const { state } of ends) expect(['published', 'unchanged']).toContain(state);
    const { documents } = await client.documents({ externalId: 'hundred.md' });
    expect(documents).toMatchObject([{ state: 'published', version: { number: 1 } }]);
  });

  function pids(): Record<string, number> {
    const state = readStackState(stack.dataDir);
    return Object.fromEntries((state?.processes ?? []).map(({ name, pid }) => [name, pid]));
  }

  async function tell(request: () => Promise<{ payload: Buffer; headers: Record<string, string> }>): Promise<Told> {
    const response = await send(await request());
    const body = (await response.json()) as { data?: AcceptedUpload } & Partial<ErrorBody>;
    if (!body.data) return { answer: String(response.status), code: body.code ?? '', sentence: body.message ?? '' };
    const run = await ended(body.data.runId);
    return { answer: run.state, code: run.error?.code ?? '', sentence: run.error?.message ?? '' };
  }

  async function accepted(body: { payload: Buffer; headers: Record<string, string> }): Promise<AcceptedUpload> {
    const response = await send(body);
    const { data } = (await response.json()) as { data: AcceptedUpload };
    return data;
  }

  function send({ payload, headers }: { payload: Buffer; headers: Record<string, string> }): Promise<Response> {
    return fetch(`${stack.url}/v1/documents`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${stack.adminKey}` },
      body: new Uint8Array(payload),
    });
  }

  async function ended(runId: string) {
    for (;;) {
      const run = await client.run(runId);
      if (run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }
});

/** The rows of the table: name → what an editor is told. */
async function documented(): Promise<Record<string, Told>> {
  const text = await readFile(join(PROJECT_ROOT, 'docs/bad-input.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')))
    .filter(([, name = '']) => BAD_INPUTS.some((input) => input.name === name));
  return Object.fromEntries(
    rows.map(([, name = '', answer = '', code = '', sentence = '']) => [name, { answer, code, sentence }]),
  );
}
