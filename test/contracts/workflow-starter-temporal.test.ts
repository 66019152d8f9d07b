import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineSearchAttributeKey } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingestUploadsWorkflowId } from '../../core/contract/ids.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { SEARCH_ATTRIBUTES } from '../../core/contract/search-attributes.js';
import type { StartableRun } from '../../core/ports/workflow-starter.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { connectTemporal } from '../../infra/temporal/connect-temporal.js';
import { createDataConverter } from '../../infra/temporal/data-converter.js';
import { SealingPayloadCodec } from '../../infra/temporal/payload-codec.js';
import { TemporalWorkflowStarter } from '../../infra/temporal/temporal-workflow-starter.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { completeByHand } from '../harness/temporal-by-hand.js';
import { newRun, workflowStarterContract } from './workflow-starter.contract.js';

describeWith([await findTemporal()], 'on a real Temporal server', () => {
  let server: TemporalServer;

  beforeAll(async () => {
    server = await startTemporal();
  });
  afterAll(() => server?.stop());

  workflowStarterContract('Temporal', async () => ({
    starter: new TemporalWorkflowStarter(server.client),
    execution: async ({ workflowId }: StartableRun) =>
      (await server.client.workflow.getHandle(workflowId).describe()).runId,
    cancelRequested: async ({ workflowId }: StartableRun) => {
      const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
      return (events ?? []).some((event) => event.workflowExecutionCancelRequestedEventAttributes);
    },
    signals: async ({ workflowId }: StartableRun, name) => {
      const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
      const sent = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal?.signalName === name ? (signal.input?.payloads ?? []) : [],
      );
      const payloads = await new SealingPayloadCodec(server.keyring).decode(sent);
      return payloads.map(({ data }): unknown => JSON.parse(Buffer.from(data ?? []).toString()));
    },
    answerUpdates: async () => {
      const worker = await Worker.create({
        connection: server.nativeConnection,
        namespace: server.namespace,
        taskQueue: TASK_QUEUES.workflow,
        dataConverter: createDataConverter(server.keyring),
        workflowsPath: fileURLToPath(new URL('answering-workflows.ts', import.meta.url)),
      });
      const running = worker.run();
      return async () => {
        worker.shutdown();
        await running;
      };
    },
    poll: async (kind) => {
      const { client, namespace } = server;
      // Nothing is queued there: the question is what counts, and its deadline ends it.
      await client
        .withDeadline(Date.now() + 3_000, () =>
          client.workflowService.pollActivityTaskQueue({
            namespace,
            taskQueue: { name: TASK_QUEUES[kind] },
            identity: 'a worker',
          }),
        )
        .catch(() => undefined);
    },
    end: async ({ workflowId }, how) => {
      if (how === 'terminated') await server.client.workflow.getHandle(workflowId).terminate();
      else await completeByHand(server.client, TASK_QUEUES.workflow, workflowId);
    },
    stop: async () => undefined,
  }));

  it('starts ingestSource with the ids of the run, and search attributes of policy only', async () => {
    const run = newRun();
    await new TemporalWorkflowStarter(server.client).start(run);
    const handle = server.client.workflow.getHandle(run.workflowId);
    const description = await handle.describe();
    expect(description).toMatchObject({ type: 'ingestSource', taskQueue: TASK_QUEUES.workflow });
    const attribute = (name: string) =>
      description.typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD'));
    expect(attribute(SEARCH_ATTRIBUTES.organization)).toBe(run.organizationId);
    expect(attribute(SEARCH_ATTRIBUTES.collection)).toBe(run.collectionName);
    const started = (await handle.fetchHistory()).events?.[0]?.workflowExecutionStartedEventAttributes;
    const [argument] = await new SealingPayloadCodec(server.keyring).decode(started?.input?.payloads ?? []);
    expect(JSON.parse(Buffer.from(argument?.data ?? []).toString())).toEqual({
      organizationId: run.organizationId,
      runId: run.runId,
    });
  });

  it('starts one workflow for uploads that share it, whichever of them asks for it', async () => {
    const workflowId = ingestUploadsWorkflowId('default', randomUUID());
    const starter = new TemporalWorkflowStarter(server.client);
    for (const run of [newRun(), newRun()]) await starter.start({ ...run, workflowId });
    const handle = server.client.workflow.getHandle(workflowId);
    expect(await handle.describe()).toMatchObject({ type: 'ingestUploads', taskQueue: TASK_QUEUES.workflow });
  });

  it('puts what is urgent before what people send in, and that before whole folders; each organization has its share', async () => {
    const starter = new TemporalWorkflowStarter(server.client);
    const priorityOf = async (run: StartableRun) => {
      await starter.start(run);
      return (await server.client.workflow.getHandle(run.workflowId).describe()).priority;
    };
    expect(await priorityOf({ ...newRun('sync'), urgent: true })).toMatchObject({ priorityKey: 2 });
    expect(await priorityOf(newRun())).toMatchObject({ priorityKey: 3, fairnessKey: 'default' });
    expect(await priorityOf({ ...newRun(), parentRunId: randomUUID() })).toMatchObject({ priorityKey: 4 });
    expect(await priorityOf(newRun('sync'))).toMatchObject({ priorityKey: 4 });
    // Behind syncs it would stand still for as long as one of them has something to do.
    expect(await priorityOf(newRun('erasure'))).toMatchObject({ priorityKey: 4 });
  });

  it('throws, retryable, when the server cannot be reached', async () => {
    const keyring = new Keyring([generateEncryptionKey()]);
    // Port 9 (discard) refuses connections.
    const link = await connectTemporal({
      env: { TEMPORAL_ADDRESS: '127.0.0.1:9', TEMPORAL_CONFIG_FILE: devNull },
      keyring,
      lazy: true,
    });
    const starter = new TemporalWorkflowStarter(link.client);
    const calls = [starter.start(newRun()), starter.describe(newRun()), starter.cancel(newRun()), starter.ping()];
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ name: 'Failure', retryable: true })));
    await link.close();
  });
});
