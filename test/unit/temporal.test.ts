import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECONCILE_RUNS_WORKFLOW_ID } from '../../core/contract/ids.js';
import { SEARCH_ATTRIBUTES, SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createCodecRoute } from '../../infra/temporal/codec-route.js';
import { connectTemporal, temporalConnectOptions, type TemporalLink } from '../../infra/temporal/connect-temporal.js';
import { createDataConverter, FAILURE_CONVERTER_PATH } from '../../infra/temporal/data-converter.js';
import { SealingPayloadCodec } from '../../infra/temporal/payload-codec.js';
import { ensureSchedules, NamespaceTaken, requireOwnNamespace } from '../../infra/temporal/schedules.js';
import { registerSearchAttributes } from '../../infra/temporal/register-search-attributes.js';
import { isFailure } from '../contracts/object-store.contract.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import type { Secrets } from './temporal-workflows.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const SECRET = 'John Q. Patient, 078-05-1120';
/** The person who runs the tests may have a profile of the Temporal CLI; it is no part of them. */
const NO_PROFILE = { TEMPORAL_CONFIG_FILE: devNull };
const key = generateEncryptionKey();
const keyring = new Keyring([key]);

const jsonPayload = (value: unknown) => ({
  metadata: { encoding: new Uint8Array(Buffer.from('json/plain')) },
  data: new Uint8Array(Buffer.from(JSON.stringify(value))),
});

/** The system whose schedules these are. */
const OURS = { systemId: '11111111-2222-4333-8444-555555555555' };

describe('SealingPayloadCodec', () => {
  const codec = new SealingPayloadCodec(keyring);

  it('gives back what it sealed, with its metadata, also after a rotation', async () => {
    const payloads = [jsonPayload({ secret: SECRET }), { metadata: { encoding: Buffer.from('binary/null') } }];
    const sealed = await codec.encode(payloads);
    expect(JSON.stringify(sealed)).not.toContain('json/plain');
    expect(sealed.map(({ metadata }) => Buffer.from(metadata?.['encryption-key-id'] ?? []).toString())).toEqual([
      key.id,
      key.id,
    ]);
    for (const keys of [[key], [generateEncryptionKey(), key]]) {
      const [first, second] = await new SealingPayloadCodec(new Keyring(keys)).decode(sealed);
      expect(JSON.parse(Buffer.from(first?.data ?? []).toString())).toEqual({ secret: SECRET });
      expect(Buffer.from(second?.metadata?.['encoding'] ?? []).toString()).toBe('binary/null');
    }
  });

  it('passes on what was never sealed', async () => {
    const foreign = [jsonPayload(1), {}, { data: new Uint8Array([1]) }];
    expect(await codec.decode(foreign)).toEqual(foreign);
    expect(await codec.decode([])).toEqual([]);
  });

  it('refuses changed payloads and keys it does not have', async () => {
    const [sealed] = await codec.encode([jsonPayload(SECRET)]);
    const data = Buffer.from(sealed?.data ?? []);
    data[data.length - 20] = (data[data.length - 20] ?? 0) ^ 1;
    await expect(codec.decode([{ ...sealed, data }])).rejects.toSatisfy(isFailure('OBJECT_CORRUPT'));
    const stranger = new SealingPayloadCodec(new Keyring([generateEncryptionKey()]));
    await expect(stranger.decode([sealed ?? {}])).rejects.toSatisfy(isFailure('KEY_MISSING'));
  });

  it('serves the codec route in the JSON form of Temporal', async () => {
    const route = createCodecRoute(keyring);
    const plain = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: Buffer.from(`"${SECRET}"`).toString('base64') };
    const sealed = await route.encode({ payloads: [plain, plain] });
    expect(sealed.payloads[0]?.metadata?.['encoding']).toBe(Buffer.from('binary/encrypted').toString('base64'));
    expect(sealed.payloads[0]?.data).not.toBe(sealed.payloads[1]?.data);
    expect(await route.decode(sealed)).toEqual({ payloads: [plain, plain] });
    expect(await route.decode({ payloads: [plain] })).toEqual({ payloads: [plain] });
  });
});

describe('temporalConnectOptions', () => {
  it('reads the environment that it is given', () => {
    expect(temporalConnectOptions(NO_PROFILE)).toMatchObject({
      connectionOptions: { address: '127.0.0.1:7233' },
      namespace: 'default',
    });
    const cloud = temporalConnectOptions({
      ...NO_PROFILE,
      TEMPORAL_ADDRESS: 'ns.acct.tmprl.cloud:7233',
      TEMPORAL_NAMESPACE: 'ns.acct',
      TEMPORAL_API_KEY: 'secret',
      TEMPORAL_TLS_SERVER_NAME: 'inner',
    });
    expect(cloud).toMatchObject({
      connectionOptions: {
        address: 'ns.acct.tmprl.cloud:7233',
        apiKey: 'secret',
        tls: { serverNameOverride: 'inner' },
      },
      namespace: 'ns.acct',
    });
  });
});

describeWith([await findTemporal()], 'on a real Temporal server', () => {
  let server: TemporalServer;
  let link: TemporalLink;

  beforeAll(async () => {
    server = await startTemporal({ keyring, searchAttributes: false });
    link = await connectTemporal({ env: { ...NO_PROFILE, TEMPORAL_ADDRESS: server.address }, keyring });
  });
  afterAll(async () => {
    await link?.close();
    await server?.stop();
  });

  it('registers the search attributes, also twice and from two processes, and they can be used at once', async () => {
    await Promise.all([1, 2].map(() => registerSearchAttributes(link.connection, link.namespace)));
    await registerSearchAttributes(link.connection, link.namespace);
    const known = await link.connection.operatorService.listSearchAttributes({ namespace: link.namespace });
    expect(Object.keys(known.customAttributes)).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTE_TYPES)));
    const collection = defineSearchAttributeKey(SEARCH_ATTRIBUTES.collection, 'KEYWORD');
    const pages = defineSearchAttributeKey(SEARCH_ATTRIBUTES.pages, 'INT');
    const handle = await link.client.workflow.start('anything', {
      taskQueue: 'nobody',
      workflowId: randomUUID(),
      typedSearchAttributes: [
        { key: collection, value: 'guidelines' },
        { key: pages, value: 12 },
      ],
    });
    const { typedSearchAttributes } = await handle.describe();
    expect([typedSearchAttributes.get(collection), typedSearchAttributes.get(pages)]).toEqual(['guidelines', 12]);
  });

  it('seals payloads, failure messages, details and summaries in the raw history', async () => {
    const taskQueue = 'secrets';
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      dataConverter: createDataConverter(keyring),
      workflowsPath: fileURLToPath(new URL('temporal-workflows.ts', import.meta.url)),
      activities: {
        echo: async (secrets: Secrets) => secrets,
        failTelling: async ({ secret }: Secrets) => {
          throw ApplicationFailure.nonRetryable(`activity: ${secret}`, 'Telling', { secret });
        },
      },
    });
    const workflowId = randomUUID();
    const error: unknown = await worker.runUntil(async () => {
      const handle = await link.client.workflow.start('spreadSecret', {
        taskQueue,
        workflowId,
        args: [{ secret: SECRET }],
        memo: { note: SECRET },
        staticSummary: SECRET,
      });
      await handle.signal('tell', { secret: SECRET });
      return handle.result().then(
        () => null,
        (failure: unknown) => failure,
      );
    });

    // Who has the keys reads all of it.
    expect(error).toBeInstanceOf(WorkflowFailedError);
    const { cause } = error as WorkflowFailedError;
    expect(cause).toMatchObject({ message: `workflow: ${SECRET}`, details: [{ secret: SECRET }] });
    expect(cause).toMatchObject({ cause: { cause: { message: `activity: ${SECRET}`, type: 'Telling' } } });

    const history = await rawHistory(link.client, workflowId);
    expect(history.events).toBeGreaterThan(10);
    expect(history.bytes.includes('John Q')).toBe(false);
    // The proof looks at the right bytes: ids and types do stand there in the clear.
    expect(history.bytes.includes(workflowId) && history.bytes.includes('spreadSecret')).toBe(true);
  });

  it('loads a failure converter that workflow bundles take too', () => {
    expect(FAILURE_CONVERTER_PATH).toMatch(/dist.infra.temporal.failure-converter\.js$/);
  });

  it('makes the schedules once, brings them up to date, and leaves one paused that was', async () => {
    await ensureSchedules(link.client, OURS);
    const handle = link.client.schedule.getHandle(RECONCILE_RUNS_WORKFLOW_ID);
    await handle.pause('an operator looks into something');
    await handle.update((previous) => ({ ...previous, spec: { intervals: [{ every: '1 hour' }] } }));
    await ensureSchedules(link.client, OURS);
    const description = await handle.describe();
    expect(description.spec.intervals).toMatchObject([{ every: 60_000 }]);
    expect(description.policies.overlap).toBe('SKIP');
    expect(description.action).toMatchObject({ workflowType: 'reconcileRuns' });
    expect(description.state.paused).toBe(true);
  });

  it('keeps a namespace for one system, until another one is told to take it', async () => {
    const another = { systemId: 'ffffffff-0000-4000-8000-000000000000' };
    await ensureSchedules(link.client, OURS);
    const refusal = ensureSchedules(link.client, another);
    await expect(refusal).rejects.toBeInstanceOf(NamespaceTaken);
    await expect(refusal).rejects.toThrow(
      /TEMPORAL_NAMESPACE: the namespace "\S+" serves another medindex \(system 111111112222,.*MEDINDEX_TAKE_NAMESPACE=true/,
    );
    await expect(requireOwnNamespace(link.client, OURS.systemId)).resolves.toBeUndefined();
    await ensureSchedules(link.client, { ...another, takeOver: true });
    await expect(requireOwnNamespace(link.client, OURS.systemId)).rejects.toBeInstanceOf(NamespaceTaken);
    await ensureSchedules(link.client, another);
  });
});

async function rawHistory(client: Client, workflowId: string): Promise<{ bytes: Buffer; events: number }> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
  });
  const bytes = temporal.api.history.v1.History.encode(history ?? {}).finish();
  return { bytes: Buffer.from(bytes), events: history?.events?.length ?? 0 };
}
