import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiRefusal, FileClient } from '../../api/client/file-client.js';
import type { ReviewBody } from '../../api/schemas/review.js';
import { entryPoint } from '../../infra/entry-point.js';
import { describeWith } from '../harness/describe-with.js';
import { type Stack, startStack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { answered, clientOf, ended, kill } from './killed-world.js';

const SSN = '536-22-1234';
const LOOK_EVERY_MS = 100;

/** A note of its own words, with a number that screening takes for a patient's. */
const note = (topic: string, body = `The example form shows SSN ${SSN} in its third field.`) =>
  `# ${topic}\n\nAdvice about ${topic} for the ward.\n\n${body}\n`;

describeWith([await findTemporal()], 'reviews of held versions', () => {
  let folder: string;
  let barrier: string;
  let stack: Stack;
  let client: FileClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-reviews-'));
    barrier = await mkdtemp(join(folder, 'barrier-'));
    const preload = pathToFileURL(entryPoint('test/harness/activity-barrier.js')).href;
    stack = await startStack({ env: { ACTIVITY_BARRIER: barrier, NODE_OPTIONS: `--import ${preload}` } });
    client = clientOf(stack);
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(name: string, content: string, collection = 'guidelines', title?: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    const about = { fileName: name, collection, externalId: name, ...(title === undefined ? {} : { title }) };
    const { runId } = await client.upload({ path, ...about });
    const [run] = await ended(client, [runId]);
    return run?.state ?? '';
  }

  async function reviewOf(externalId: string): Promise<ReviewBody> {
    const { documents } = await client.documents({ externalId });
    const { reviews } = await client.reviews({ limit: 200 });
    const review = reviews.find(({ documentId }) => documentId === documents[0]?.documentId);
    if (!review) throw new Error(`no review of ${externalId} waits`);
    return review;
  }

  async function untilState(documentId: string, wished: string): Promise<void> {
    while ((await answered(() => client.document(documentId))).state !== wished) await pause(LOOK_EVERY_MS);
  }

  const textHits = async (query: string) => (await client.search({ query, mode: 'text', topK: 10 })).data.hits;

  test('an approved version is published from its stored reading, and the same false alarm does not come back', async () => {
    expect(await send('approved.md', note('quindolin'))).toBe('held');
    expect(await textHits('quindolin')).toEqual([]);
    const review = await reviewOf('approved.md');
    expect(review).toMatchObject({ state: 'waiting', collection: 'guidelines', findings: { ssn: 1 } });

    const shown = await client.review(review.reviewId);
    expect(shown.found.map(({ category, text }) => ({ category, text }))).toEqual([{ category: 'ssn', text: SSN }]);
    expect(shown.found[0]?.before).toMatch(/The example form shows SSN $/);

    await expect(client.decideReview(review.reviewId, { decision: 'approve' })).rejects.toThrow(/say why/);
    const decision = { decision: 'approve', reason: 'A made-up number of a form.' } as const;
    expect(await client.decideReview(review.reviewId, decision)).toMatchObject({ state: 'approved' });
    // Asked twice is decided once; another decision comes too late.
    expect(await client.decideReview(review.reviewId, decision)).toMatchObject({ state: 'approved' });
    const tooLate = client.decideReview(review.reviewId, { decision: 'reject' });
    await expect(tooLate).rejects.toMatchObject({ status: 409, code: 'REVIEW_DECIDED' } satisfies Partial<ApiRefusal>);

    await untilState(review.documentId, 'published');
    expect(await client.document(review.documentId)).toMatchObject({ phiStatus: 'approved', version: { number: 1 } });
    expect((await textHits('quindolin')).map(({ documentId }) => documentId)).toContain(review.documentId);
    // The original may be shown again.
    const { bytes } = await client.documentSource(review.documentId);
    for await (const chunk of bytes) expect(chunk.length).toBeGreaterThan(0);

    expect(await send('approved.md', note('quindolin, second edition'))).toBe('published');
    expect(await client.document(review.documentId)).toMatchObject({ phiStatus: 'approved', version: { number: 2 } });
    // Remembered for this document, and for no other.
    expect(await send('another.md', note('quindolin elsewhere'))).toBe('held');
  });

  test('a redacted version goes on in the place of the held one, without what was found', async () => {
    const body = `Patient name: Mary Kowalska, SSN ${SSN}. Later Mrs Kowalska asked again; her number is ${SSN}.`;
    expect(await send('redacted.md', note('zanthorine', body))).toBe('held');
    const review = await reviewOf('redacted.md');
    expect(await client.decideReview(review.reviewId, { decision: 'redact' })).toMatchObject({ state: 'redacted' });
    await untilState(review.documentId, 'published');
    expect(await client.document(review.documentId)).toMatchObject({ phiStatus: 'sanitized', version: { number: 2 } });
    const { text } = await client.documentText(review.documentId);
    expect(text).toContain(
      'Patient name: [NAME_1], SSN [SSN_1]. Later Mrs [NAME_1] asked again; her number is [SSN_1].',
    );
    for (const gone of [SSN, 'Kowalska', 'Mary'])
      expect((await textHits(gone)).map((hit) => hit.text)).not.toContain(gone);
    expect(await textHits('Kowalska')).toEqual([]);
    const states = (await client.documentVersions(review.documentId)).versions.map(({ state }) => state);
    expect(states).toEqual(['published', 'sanitized']);
    // It is not gone, and nobody is to send the patient's file again.
    await expect(client.documentSource(review.documentId)).rejects.toMatchObject({ code: 'ORIGINAL_HELD' });
    // The same file again is what is live already.
    expect(await send('redacted.md', note('zanthorine', body))).toBe('unchanged');
  });

  test('a rejected file stays rejected when it is sent again', async () => {
    expect(await send('rejected.md', note('valdemycin'))).toBe('held');
    const review = await reviewOf('rejected.md');
    const answer = await client.decideReviews({ decision: 'reject', reviewIds: [review.reviewId] });
    expect(answer).toMatchObject({ decided: 1, refused: 0, outcomes: [{ state: 'rejected', refused: null }] });
    expect(await client.document(review.documentId)).toMatchObject({ state: 'rejected', title: null });
    expect(await send('rejected.md', note('valdemycin'))).toBe('rejected');
    expect((await client.reviews({ limit: 200 })).reviews.map(({ documentId }) => documentId)).not.toContain(
      review.documentId,
    );
  });

  test('a clean file under the same name ends the review', async () => {
    expect(await send('cleaned.md', note('morbinal'))).toBe('held');
    const review = await reviewOf('cleaned.md');
    expect(await send('cleaned.md', note('morbinal', 'The form shows no number.'))).toBe('published');
    const tooLate = client.decideReview(review.reviewId, { decision: 'reject' });
    await expect(tooLate).rejects.toMatchObject({ status: 409, code: 'REVIEW_OVER' });
  });

  const keyWith = async (...scopes: ('search' | 'read' | 'phi:read' | 'phi:review')[]): Promise<FileClient> => {
    const { key } = await client.createKey({ name: 'test', scopes, safetyLevel: 'clinical_staff_only' });
    return new FileClient({ url: stack.url, apiKey: key });
  };

  test('a collection that redacts publishes with placeholders, in title and keys too', async () => {
    await client.changeCollection('consumer_health', { phiPolicy: 'redact' });
    const body = `Patient name: Mary Kowalska, SSN ${SSN}.`;
    expect(await send('sanitized.md', note('ulmexane', body), 'consumer_health', `Letter on ${SSN}`)).toBe('published');
    const [hit] = await textHits('ulmexane');
    const document = await client.document(hit?.documentId ?? '');
    expect(document).toMatchObject({ phiStatus: 'sanitized', title: 'Letter on [SSN_1]' });
    const { text } = await client.documentText(document.documentId);
    expect(text).toContain('Patient name: [NAME_1], SSN [SSN_1].');
    expect(await textHits('Kowalska')).toEqual([]);
    // Its file shows what was taken out.
    await expect(client.documentSource(document.documentId)).rejects.toMatchObject({ code: 'ORIGINAL_HELD' });
  });

  test('what a collection lets in is there for keys that read patient data, and each look is on record', async () => {
    await client.changeCollection('drug_labels', { phiPolicy: 'allow', phiPolicyReason: 'A register.' });
    expect(await send('allowed.md', note('brontuline'), 'drug_labels')).toBe('published');
    const [others, readers] = [await keyWith('search', 'read'), await keyWith('search', 'read', 'phi:read')];
    const ask = { query: 'brontuline', mode: 'text' } as const;
    expect((await others.search(ask)).data.hits).toEqual([]);
    const [hit] = (await readers.search(ask)).data.hits;
    const documentId = hit?.documentId ?? '';
    expect(await readers.document(documentId)).toMatchObject({ phiStatus: 'contains_phi' });
    await readers.documentText(documentId);
    for (const look of [
      () => others.document(documentId),
      () => others.documentText(documentId),
      () => others.chunk(hit?.chunkId ?? ''),
    ]) {
      await expect(look()).rejects.toMatchObject({ status: 404 });
    }
    const { accesses } = await client.phiAccesses({ limit: 200 });
    const acts = accesses.filter((access) => access.documentId === documentId).map(({ act }) => act);
    expect(acts).toEqual(['passages.found', 'document.read']);
  });

  test('where two have to decide the same, the first opinion publishes nothing', async () => {
    await client.changeCollection('pubmed_fulltext', { fourEyes: true });
    expect(await send('both.md', note('kestrovan'), 'pubmed_fulltext')).toBe('held');
    const review = await reviewOf('both.md');
    const decision = { decision: 'approve', reason: 'A made-up number of a form.' } as const;
    expect(await client.decideReview(review.reviewId, decision)).toMatchObject({ state: 'second_opinion' });
    const again = client.decideReview(review.reviewId, decision);
    await expect(again).rejects.toMatchObject({ status: 409, code: 'REVIEW_NEEDS_ANOTHER' });
    expect(await client.document(review.documentId)).toMatchObject({ state: 'held' });
    const second = await keyWith('phi:review');
    await second.claimReview(review.reviewId, 5);
    await expect(client.claimReview(review.reviewId, 5)).rejects.toMatchObject({ code: 'REVIEW_CLAIMED' });
    expect(await second.decideReview(review.reviewId, decision)).toMatchObject({ state: 'approved' });
    await untilState(review.documentId, 'published');
  });

  test('many alike are decided in one call, and what is held for something else as well is not', async () => {
    const value = '536-22-9911';
    const body = `The example form shows SSN ${value}.`;
    for (const name of ['alike-1.md', 'alike-2.md']) expect(await send(name, note(name, body))).toBe('held');
    expect(await send('alike-3.md', note('alike 3', `${body} And MRN 4829150.`))).toBe('held');
    const reason = 'A made-up number of a form.';
    const { outcomes, decided } = await client.decideReviews({ decision: 'approve', reason, filter: { value } });
    expect(decided).toBe(2);
    expect(outcomes.map(({ state, refused }) => state ?? refused).sort()).toEqual([
      'OTHER_FINDINGS',
      'approved',
      'approved',
    ]);
  });

  test('a worker that is killed between a decision and its publication: another one goes on with it', async () => {
    expect(await send('killed.md', note('perfozine'))).toBe('held');
    const review = await reviewOf('killed.md');
    await writeFile(join(barrier, 'hold'), 'before prepareReviewed');
    await client.decideReview(review.reviewId, { decision: 'approve', reason: 'A made-up number of a form.' });
    while (!existsSync(join(barrier, 'before-prepareReviewed'))) await pause(LOOK_EVERY_MS);
    expect((await client.document(review.documentId)).state).toBe('processing');
    kill(stack, 'worker');
    await untilState(review.documentId, 'published');
    expect((await textHits('perfozine')).map(({ documentId }) => documentId)).toContain(review.documentId);
  });
});
