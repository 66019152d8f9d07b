import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileClient } from '../../api/client/file-client.js';
import type { AddedWebhook, DeliveryBody } from '../../api/schemas/webhook.js';
import { describeWith } from '../harness/describe-with.js';
import { type Stack, startStack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { type Answer, WebhookReceiver } from '../harness/webhook-receiver.js';
import { answered, clientOf, ended, kill } from './killed-world.js';

const LOOK_EVERY_MS = 100;

/** What no message may hold: words of files, names, external ids, and who was told what. */
const CONTENT = ['zinc', 'quindolin', 'leaflet', 'Jane', 'Roe', '536-22-1234', 'broken', 'message-4', '.md', '.pdf'];

describeWith([await findTemporal()], 'webhooks of a real stack', () => {
  let folder: string;
  let stack: Stack;
  let client: FileClient;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-webhooks-'));
    receiver = await WebhookReceiver.start();
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off', WEBHOOK_ALLOW_PRIVATE: 'true' } });
    client = clientOf(stack);
  });
  afterAll(async () => {
    await stack?.stop();
    await receiver?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(name: string, content: string) {
    const path = join(folder, name);
    await writeFile(path, content);
    const { runId } = await client.upload({ path, fileName: name, collection: 'guidelines', externalId: name });
    const [run] = await ended(client, [runId]);
    return { runId, state: run?.state, documentId: run?.documents[0]?.documentId ?? '' };
  }

  async function listen(path: string, answer?: Answer, eventTypes?: AddedWebhook['eventTypes']): Promise<AddedWebhook> {
    if (answer) receiver.answer(path, answer);
    const added = await client.addWebhook({
      url: receiver.url(path),
      ...(eventTypes === undefined ? {} : { eventTypes: [...eventTypes] }),
    });
    receiver.verify(path, added.secret);
    return added;
  }

  async function delivery(webhookId: string, wished: (one: DeliveryBody) => boolean): Promise<DeliveryBody> {
    for (;;) {
      const { deliveries } = await answered(() => client.webhookDeliveries(webhookId));
      const found = deliveries.find(wished);
      if (found) return found;
      await pause(LOOK_EVERY_MS);
    }
  }

  const typesAt = (path: string) => new Set(receiver.of(path).map(({ event }) => event.type));

  test('tell what is published, held, failed, withdrawn and recalled, signed and without any content', async () => {
    await listen('/all');
    const first = await send('leaflet.md', '# Zinc\n\nAdults take 40 mg of zinc a day.\n');
    expect(first.state).toBe('published');
    const { data } = await client.search({ query: 'zinc', mode: 'text' });
    const { answerId } = await client.keepAnswer({
      question: 'How much zinc a day?',
      answer: '40 mg',
      chunkIds: data.hits.map(({ chunkId }) => chunkId),
      subject: 'Jane-Roe',
      reference: 'message-4',
    });
    expect((await send('leaflet.md', '# Zinc\n\nAdults take 20 mg of zinc a day.\n')).state).toBe('published');
    const held = await send(
      'quindolin.md',
      '# Quindolin\n\nPatient name: Jane Roe, SSN 536-22-1234, was given quindolin.\n',
    );
    expect(held.state).toBe('held');
    const failed = await send('broken.pdf', '%PDF-1.7\nnothing of a PDF follows\n');
    expect(failed.state).toBe('failed');
    await client.deleteDocument(first.documentId);

    const wanted = ['document.published', 'document.held', 'run.failed', 'document.withdrawn', 'answer.recalled'];
    await receiver.until(() => wanted.every((type) => typesAt('/all').has(type)));
    await receiver.until(() => receiver.of('/all').length >= 6);
    const events = receiver.of('/all').map(({ event }) => event);
    const one = (type: string) => events.filter((event) => event.type === type).map((event) => event.data);
    const published = one('document.published');
    expect(published).toHaveLength(2);
    expect(published).toContainEqual(
      expect.objectContaining({ documentId: first.documentId, replacedVersionId: null }),
    );
    expect(one('document.held')).toMatchObject([{ documentId: held.documentId, collection: 'guidelines' }]);
    expect(one('run.failed')).toMatchObject([{ runId: failed.runId, kind: 'ingest' }]);
    expect(one('document.withdrawn')).toMatchObject([{ documentId: first.documentId, cause: 'deleted' }]);
    expect(one('answer.recalled')).toMatchObject([{ answerId, documentId: first.documentId, reason: 'replaced' }]);
    expect(new Set(receiver.of('/all').map(({ id }) => id)).size).toBe(receiver.of('/all').length);
    const all = receiver.calls.map(({ body }) => body).join('\n');
    expect(CONTENT.filter((word) => all.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    expect(receiver.refused).toEqual([]);
  });

  test('reach a receiver that was broken at first, under the same id; one that hangs has nobody behind it', async () => {
    const hanging: ServerResponse[] = [];
    const hangs = await listen('/hangs', (response) => void hanging.push(response));
    const flaky = await listen('/flaky', (response, _call, earlier) =>
      response.writeHead(earlier === 0 ? 500 : 200).end('<html>an error page of the receiver</html>'),
    );
    await client.testWebhook(hangs.webhookId);
    await receiver.until(() => receiver.of('/hangs').length > 0);
    await client.testWebhook(flaky.webhookId);
    await receiver.until(() => receiver.of('/flaky').length === 2);
    const [before, after] = receiver.of('/flaky');
    expect(after?.id).toBe(before?.id);
    expect(after?.body).toBe(before?.body);
    const taken = await delivery(flaky.webhookId, ({ state }) => state === 'delivered');
    expect(taken).toMatchObject({ eventId: before?.id, type: 'webhook.test', attempts: 2, status: 200, problem: null });
    const late = await delivery(hangs.webhookId, ({ attempts }) => attempts > 0);
    expect(late).toMatchObject({ state: 'waiting', status: null, problem: 'TIMEOUT' });
    await client.removeWebhook(hangs.webhookId);
    hanging.forEach((response) => response.destroy());
  });

  test('are disabled by 410, follow no redirect, and send what waits once they are enabled', async () => {
    const gone = await listen('/gone', (response, _call, earlier) =>
      response.writeHead(earlier === 0 ? 410 : 204).end(),
    );
    const moved = await listen('/moved', (response) => response.writeHead(308, { location: '/stolen' }).end());
    await client.testWebhook(gone.webhookId);
    await client.testWebhook(moved.webhookId);
    expect(await delivery(gone.webhookId, ({ attempts }) => attempts === 1)).toMatchObject({
      status: 410,
      problem: 'GONE',
    });
    const { webhooks } = await client.webhooks();
    expect(webhooks.find(({ webhookId }) => webhookId === gone.webhookId)).toMatchObject({
      enabled: false,
      disabled: { reason: 'gone' },
    });
    await expect(client.testWebhook(gone.webhookId)).rejects.toMatchObject({ code: 'WEBHOOK_DISABLED' });
    await client.changeWebhook(gone.webhookId, { enabled: true });
    await delivery(gone.webhookId, ({ state }) => state === 'delivered');
    const redirected = await delivery(moved.webhookId, ({ attempts }) => attempts > 0);
    expect(redirected).toMatchObject({ status: 308, problem: 'REDIRECTED' });
    expect(receiver.of('/stolen')).toEqual([]);
    await client.removeWebhook(moved.webhookId);
  });

  test('sign with both secrets while a rotation overlaps, and send again by hand', async () => {
    const rotated = await listen('/rotated');
    const { secret } = await client.rotateWebhookSecret(rotated.webhookId);
    await client.testWebhook(rotated.webhookId);
    await receiver.until(() => receiver.of('/rotated').length === 1);
    receiver.verify('/rotated', secret);
    const { deliveryId } = await delivery(rotated.webhookId, ({ state }) => state === 'delivered');
    await client.redeliverWebhook(rotated.webhookId, deliveryId);
    await receiver.until(() => receiver.of('/rotated').length === 2);
    const [first, second] = receiver.of('/rotated');
    expect(second?.id).toBe(first?.id);
    expect(receiver.refused).toEqual([]);
  });

  test('lose nothing when the worker is killed between sending and recording, and tell of nothing twice by another id', async () => {
    const unanswered: ServerResponse[] = [];
    const killed = await listen(
      '/killed',
      (response, _call, earlier) => (earlier === 0 ? void unanswered.push(response) : response.writeHead(204).end()),
      ['document.published'],
    );
    const { documentId } = await send('zinc-again.md', '# Zinc again\n\nZinc helps.\n');
    await receiver.until(() => receiver.of('/killed').length === 1);
    kill(stack, 'worker');
    await receiver.until(() => receiver.of('/killed').length >= 2);
    await delivery(killed.webhookId, ({ state }) => state === 'delivered');
    const ids = new Set(receiver.of('/killed').map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect(receiver.of('/killed')[0]?.event.data).toMatchObject({ documentId });
    unanswered.forEach((response) => response.destroy());

    // Killed while documents are on their way: each is told once it is published, by one id.
    const runs = [];
    for (let count = 0; count < 6; count++) {
      const name = `on-its-way-${count}.md`;
      await writeFile(join(folder, name), `# Advice ${count}\n\nAdvice number ${count} helps.\n`);
      const path = join(folder, name);
      runs.push((await client.upload({ path, fileName: name, collection: 'guidelines', externalId: name })).runId);
    }
    kill(stack, 'worker');
    const done = await ended(client, runs);
    const documents = done.flatMap((run) => run.documents.map((document) => document.documentId)).sort();
    expect(documents).toHaveLength(6);
    const told = () => new Map(receiver.of('/killed').map(({ id, event }) => [id, event.data['documentId'] as string]));
    await receiver.until(() => documents.every((id) => [...told().values()].includes(id)));
    expect([...told().values()].sort()).toEqual([documentId, ...documents].sort());
  });
});
