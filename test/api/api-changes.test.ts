import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeList } from '../../api/schemas/changes.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { type Published, publishDocument } from './publish-document.js';

describe('changes of a document', () => {
  let world: ApiWorld;
  let first: Published;
  let second: Published;
  let otherEdition: Published;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const publish = (externalId: string, passages: readonly string[]) =>
      publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'guidelines',
        externalId,
        passages,
        pages: 2,
      });
    first = await publish('diabetes.md', [
      'Offer metformin 500 mg twice daily.',
      'Check the kidneys yearly.',
      'Do not use it in acidosis.',
    ]);
    second = await publish('diabetes.md', [
      'Offer metformin 850 mg twice daily.',
      'Check the kidneys yearly.',
      'Use it with care in acidosis.',
      'Tell people what to eat.',
    ]);
    otherEdition = await publish('diabetes-2020.md', ['Offer metformin 1 g twice daily.']);
  });
  afterAll(() => world.close());
  const get = (path: string) => world.call({ url: `/v1/documents/${path}` });

  it('are told beside the version published before, changed numbers first', async () => {
    const list = dataOf<ChangeList>(await get(`${second.documentId}/changes`));
    expect(list.from).toMatchObject({ documentId: second.documentId, versionId: first.versionId, number: 1 });
    expect(list.to).toMatchObject({ documentId: second.documentId, versionId: second.versionId, number: 2 });
    expect(list.counts).toEqual({ number: 1, negation: 1, strength: 0, removed: 0, added: 1, wording: 0, moved: 0 });
    expect(list.changes.map(({ kind }) => kind)).toEqual(['number', 'negation', 'added']);
    expect(list.changes[0]).toMatchObject({
      before: { text: 'Offer metformin 500 mg twice daily.', start: 0, marks: [{ start: 16, end: 19 }] },
      after: { text: 'Offer metformin 850 mg twice daily.' },
      values: [{ before: '500 mg', after: '850 mg' }],
    });
    expect(list.changes[0]?.after?.pages).toEqual([1]);
    expect(list.next).toBeNull();
  });

  it('are paged', async () => {
    const one = dataOf<ChangeList>(await get(`${second.documentId}/changes?limit=2`));
    expect(one.changes).toHaveLength(2);
    const two = dataOf<ChangeList>(await get(`${second.documentId}/changes?limit=2&cursor=${one.next}`));
    expect(two.changes.map(({ kind }) => kind)).toEqual(['added']);
    expect(two.next).toBeNull();
    expectError(await get(`${second.documentId}/changes?cursor=x`), 'CURSOR_INVALID');
  });

  it('are told between any two versions, by number or id', async () => {
    const backwards = dataOf<ChangeList>(await get(`${second.documentId}/changes?from=${second.versionId}&to=1`));
    expect(backwards.changes[0]?.values).toEqual([{ before: '850 mg', after: '500 mg' }]);
    const same = dataOf<ChangeList>(await get(`${second.documentId}/changes?from=2`));
    expect(same.changes).toEqual([]);
  });

  it('are told between two editions that are documents of their own', async () => {
    const list = dataOf<ChangeList>(await get(`${second.documentId}/changes?fromDocument=${otherEdition.documentId}`));
    expect(list.from).toMatchObject({ documentId: otherEdition.documentId, number: 1 });
    expect(list.changes[0]?.values).toEqual([{ before: '1 g', after: '850 mg' }]);
  });

  it('say what is missing', async () => {
    expectError(await get(`${otherEdition.documentId}/changes`), 'NO_FORMER_VERSION');
    expectError(await get(`${second.documentId}/changes?from=9`), 'VERSION_NOT_FOUND');
    expectError(await get(`${second.documentId}/changes?to=${randomUUID()}`), 'VERSION_NOT_FOUND');
    expectError(await get(`${randomUUID()}/changes`), 'DOCUMENT_NOT_FOUND');
    expectError(await get(`${second.documentId}/changes?fromDocument=${randomUUID()}`), 'DOCUMENT_NOT_FOUND');
    expectError(await get(`${second.documentId}/changes?from=0`), 'VALIDATION_FAILED');
  });

  it('of a deleted document are not told', async () => {
    const gone = await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId: 'gone.md',
      passages: ['Once.'],
    });
    await world.call({ method: 'DELETE', url: `/v1/documents/${gone.documentId}` });
    expectError(await get(`${gone.documentId}/changes`), 'DOCUMENT_DELETED');
    expectError(await get(`${second.documentId}/changes?fromDocument=${gone.documentId}`), 'DOCUMENT_DELETED');
  });
});
