import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import { ADMIN_KEY, ApiWorld } from '../api/api-world.js';

function collecting(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

describe('webhooks on the command line', () => {
  let world: ApiWorld;
  let url: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const app = await world.build();
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterAll(() => world.close());

  async function webhooks(...args: string[]) {
    const [out, err] = [collecting(), collecting()];
    const terminal = { stdout: out.stream, stderr: err.stream, isInteractive: false, width: 80 };
    const env = { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY };
    return { exitCode: await runCli({ args: ['webhooks', ...args], env, terminal }), out: out.text(), err: err.text() };
  }

  it('are added, listed, tested, sent again, rotated, switched and removed', async () => {
    expect(await webhooks('list')).toMatchObject({ exitCode: 0, err: 'There are none yet.\n' });
    const address = 'https://hooks.example.org/medindex';
    const added = await webhooks('add', address, '--event', 'run.failed', '--collection', 'guidelines');
    expect(added.exitCode).toBe(0);
    expect(added.out).toMatch(/^whsec_\S+\n$/);
    const [webhookId = ''] = /[0-9a-f-]{36}/.exec(added.err) ?? [];
    const listed = await webhooks('list');
    expect(listed.out).toBe(`${webhookId}  enabled  0 waiting\n   ${address}\n   guidelines: run.failed\n`);

    const tested = await webhooks('test', webhookId);
    const deliveryId = tested.out.trim();
    const ref = { organizationId: 'default', webhookId };
    await world.catalog.webhooks.record(ref, { deliveryId, status: 500, problem: 'STATUS', nextTryInMs: null });
    const deliveries = await webhooks('deliveries', webhookId, '--state', 'failed');
    expect(deliveries.exitCode).toBe(1);
    expect(deliveries.out).toMatch(new RegExp(`^${deliveryId} .* webhook.test {2}failed {2}1 tries {2}500 STATUS\\n$`));
    expect((await webhooks('redeliver', webhookId, deliveryId)).out).toContain('waiting');

    expect((await webhooks('rotate', webhookId, '--overlap', '0')).err).toContain('signs no longer');
    expect((await webhooks('rotate', webhookId)).err).toContain('Both sign until');
    expect((await webhooks('disable', webhookId)).out).toContain('DISABLED');
    const refused = await webhooks('test', webhookId);
    expect(refused.exitCode).toBe(1);
    expect(refused.err).toContain('disabled');
    expect((await webhooks('enable', webhookId)).out).toContain('enabled');
    expect(await webhooks('remove', webhookId)).toMatchObject({ exitCode: 0, out: 'Removed.\n' });
  });

  it('are refused with what to do', async () => {
    const refused = await webhooks('add', 'http://127.0.0.1/');
    expect(refused.exitCode).toBe(1);
    expect(refused.err).toContain('WEBHOOK_ALLOW_PRIVATE');
    expect((await webhooks('add', 'https://hooks.example.org/', '--event', 'nothing')).exitCode).not.toBe(0);
  });
});
