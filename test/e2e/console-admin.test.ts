import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MedindexClient } from '../../api/client/client.js';
import { findChromium } from '../harness/chromium.js';
import { ConsoleVisitor } from '../harness/console-visitor.js';
import { describeWith } from '../harness/describe-with.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { WebhookReceiver } from '../harness/webhook-receiver.js';

const [chromium, temporal] = [await findChromium(), await findTemporal()];

/** Longer than a process may remember a key that was revoked. */
const REVOKED_WITHIN_MS = 60_000;

describeWith([chromium, temporal], 'what an administrator does in the console', () => {
  let stack: Stack;
  let visitor: ConsoleVisitor;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    // The receiver is on this machine.
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off', WEBHOOK_ALLOW_PRIVATE: 'true' } });
    visitor = await ConsoleVisitor.arrive('path' in chromium ? chromium.path : '', stack.url);
  });
  afterAll(async () => {
    await visitor?.leave();
    await stack?.stop();
    await receiver?.stop();
  });

  const clientWith = (apiKey: string): MedindexClient => new MedindexClient({ url: stack.url, apiKey });

  const expectUsable = async (page: Page): Promise<void> => expect(await visitor.hindrances(page)).toEqual([]);

  test('makes a key, sees it once, and revokes it, which stops what uses it', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByText('There is no key yet but the one you use.').waitFor();
    await expectUsable(page);

    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Give the key a name.').waitFor();
    await page.getByLabel('Name').fill('chat service');
    await page.getByLabel('Only some').check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Tick at least one collection').waitFor();
    await page.getByRole('checkbox', { name: 'guidelines' }).check();
    await page.getByLabel('Last day').fill('2020-01-01');
    await page.getByRole('button', { name: 'Make the key' }).click();
    // The API's own words.
    await page.getByRole('alert').filter({ hasText: 'expiresAt' }).waitFor();
    await page.getByLabel('Last day').fill('');
    await expectUsable(page);
    await page.getByRole('button', { name: 'Make the key' }).click();

    await page.getByRole('heading', { name: 'Key of chat service' }).waitFor();
    const key = await page.getByTestId('secret').innerText();
    expect(key).toMatch(/^mk_/);
    await page.getByText('It is not shown again').waitFor();
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Key of chat service');
    await expectUsable(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key);
    await page.getByRole('button', { name: 'I have kept it: hide it' }).click();
    await page.getByText('The key of chat service works').waitFor();
    expect(await page.content()).not.toContain(key);
    await page.reload();
    const row = page.getByRole('row').filter({ hasText: 'chat service' });
    await row.getByText('guidelines').waitFor();
    expect(await page.content()).not.toContain(key);

    expect(await clientWith(key).currentKey()).toMatchObject({
      scopes: ['search', 'read'],
      collections: ['guidelines'],
      safetyLevel: 'public',
    });
    const user = await visitor.signedIn(key);
    expect(await user.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual([
      'Library',
      'Try it',
      'Overview',
    ]);
    await user.goto(`${stack.url}/#/keys`);
    await user.getByText('It needs the right "do everything, and manage keys and webhooks".').waitFor();

    await row.getByRole('button', { name: 'Change plan of chat service' }).click();
    await page.getByRole('dialog').getByLabel('Plan').selectOption('free');
    expect(await visitor.serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('chat service has the plan free now.').waitFor();
    await row.getByText('free', { exact: true }).waitFor();

    // The key that is signed in offers no way to lock oneself out.
    const own = page.getByRole('row').filter({ hasText: 'the one you use' });
    expect(await own.getByRole('button', { name: /^Revoke/ }).count()).toBe(0);
    await row.getByRole('button', { name: 'Revoke chat service' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toMatch(/In guidelines it can no longer:\s+search\s+read documents/);
    await expectUsable(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await clientWith(key).currentKey()).toMatchObject({ collections: ['guidelines'] });
    await row.getByRole('button', { name: 'Revoke chat service' }).click();
    await dialog.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByText('Revoked: chat service.').waitFor();
    await row.waitFor({ state: 'detached' });
    await expect
      .poll(
        () =>
          clientWith(key)
            .currentKey()
            .then(String, (error: { code?: string }) => error.code),
        {
          timeout: REVOKED_WITHIN_MS,
        },
      )
      .toBe('KEY_INVALID');
    await user.reload();
    await user.getByText('The key is no longer accepted.').waitFor();
    await user.context().close();
    await page.context().close();
    expect(visitor.complaints).toEqual([]);
  });

  test('adds a webhook, sees its secret once, and what becomes of a test', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('There is no webhook yet.').waitFor();
    await page.getByLabel('Address').fill('ftp://hooks.example.org');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('The URL of the webhook is not an http(s) URL').waitFor();
    await expectUsable(page);
    await page.getByLabel('Address').fill(receiver.url('/told'));
    await page.getByLabel('Description').fill('chat service of the ward');
    await page.getByLabel('a document was held for review').uncheck();
    await page.getByRole('button', { name: 'Add it' }).click();
    const secret = page.getByTestId('secret');
    await secret.waitFor();
    const first = await secret.innerText();
    expect(first).toMatch(/^whsec_/);
    receiver.verify('/told', first);
    await expectUsable(page);
    await page.getByRole('button', { name: 'I have kept it: hide it' }).click();

    await page.getByText('Nothing was sent yet.').waitFor();
    expect(await page.content()).not.toContain(first);
    await page.getByRole('button', { name: 'Send a test' }).click();
    const row = page.locator('tr[data-delivery]');
    await row.getByText('Delivered', { exact: true }).waitFor();
    expect(await row.innerText()).toMatch(/a test\s+webhook\.test/);
    await row.getByRole('button', { name: /^Send again/ }).click();
    await receiver.until(() => receiver.of('/told').length === 2);
    expect(new Set(receiver.of('/told').map(({ id }) => id)).size).toBe(1);
    await row.getByText('Delivered', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Somebody paused it; what happens waits.').waitFor();
    expect(await page.getByRole('button', { name: 'Send a test' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('On again.').waitFor();

    await page.getByRole('button', { name: 'New secret' }).click();
    await page.getByRole('dialog').getByLabel('The secret so far signs too for').selectOption('not at all: it leaked');
    expect(await visitor.serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    await secret.waitFor();
    const second = await secret.innerText();
    expect(second).not.toBe(first);
    receiver.verify('/told', second);
    await page.getByRole('button', { name: 'I have kept it: hide it' }).click();
    receiver.answer('/told', (response, _call, earlier) => response.writeHead(earlier === 2 ? 410 : 204).end());
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The receiver answered that it is gone (410); what happens waits.').waitFor();
    await row.nth(1).waitFor();
    await expectUsable(page);
    await page.getByRole('link', { name: 'Back to the webhooks' }).click();
    await page.getByRole('row').filter({ hasText: '/told' }).getByText('Disabled').waitFor();
    await expectUsable(page);
    await page.getByRole('link', { name: receiver.url('/told') }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await receiver.until(() => receiver.of('/told').length === 4);
    await row.getByText('Delivered', { exact: true }).nth(1).waitFor();
    expect(receiver.refused).toEqual([]);

    await page.getByRole('button', { name: 'Remove' }).click();
    expect(await page.getByRole('dialog').innerText()).toContain('Nothing more is sent to it.');
    expect(await visitor.serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('There is no webhook yet.').waitFor();
    expect((await clientWith(stack.adminKey).webhooks()).webhooks).toEqual([]);
    await page.context().close();
    expect(visitor.complaints).toEqual([]);
  });

  test('reads both views in Portuguese', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByLabel('Language').selectOption('pt');
    for (const [link, act] of [
      ['Chaves', 'Criar uma chave'],
      ['Webhooks', 'Acrescentar um webhook'],
    ] as const) {
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: act }).waitFor();
      await expectUsable(page);
    }
    await page.context().close();
  });

  test('is offered keys and webhooks only with a key that sees all of the organization', async () => {
    const { key } = await clientWith(stack.adminKey).createKey({ name: 'narrow admin', scopes: ['admin'] });
    const page = await visitor.signedIn(key);
    const offered = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    for (const view of ['Keys', 'Webhooks']) expect(offered).not.toContain(view);
    for (const view of ['keys', 'webhooks']) {
      await page.goto(`${stack.url}/#/${view}`);
      await page.getByText('The API key sees only a part of its organization.').waitFor();
      expect(await page.locator('main form').count()).toBe(0);
    }
    await page.context().close();
  });
});
