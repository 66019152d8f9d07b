import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChunkBody } from '../../api/schemas/chunk.js';
import type { ContextData } from '../../api/schemas/context.js';
import type { DraftBlock } from '../../core/contract/block.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { type Published, publishDocument } from './publish-document.js';

interface ContextAnswer {
  readonly data: ContextData;
  readonly meta: {
    readonly mode: string;
    readonly asOf: string;
    readonly tokens: {
      readonly used: number;
      readonly max: number;
      readonly tokenizer: string;
      readonly exact: boolean;
    };
  };
}

const ROWS = Array.from(
  { length: 40 },
  (_, row) => `${row + 1} years | ${(row + 1) * 7} mg | kwellamine tablets with food`,
);
const TABLE: DraftBlock[] = [
  { kind: 'heading', text: 'Kwellamine by age', headingLevel: 1, boxes: [] },
  { kind: 'table', text: ['Age | Dose | Form', ...ROWS].join('\n'), boxes: [] },
  { kind: 'heading', text: 'Storage', headingLevel: 1, boxes: [] },
  { kind: 'paragraph', text: 'Keep it dry and out of the reach of children.', boxes: [] },
];

describe('POST /v1/context', () => {
  let world: ApiWorld;
  let sepsis: Published;
  let table: Published;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: world.embedder };
    sepsis = await publishDocument({
      ...into,
      collection: 'guidelines',
      externalId: 'sepsis-1',
      passages: [
        'Stop zorbacillin when a rash appears.',
        'Adults receive zorbacillin 0.5 mg/kg once daily.',
        'Unrelated words about hygiene of hands stand between.',
        'Children receive zorbacillin 0.2 mg/kg twice daily.',
      ],
      pages: 4,
      metadata: { title: 'Sepsis', publishedOn: '2016-07-13' },
    });
    await publishDocument({
      ...into,
      collection: 'consumer_health',
      externalId: 'leaflet',
      passages: ['Adults receive zorbacillin 0.5 mg/kg once daily.'],
      metadata: { title: 'Leaflet', relatedRecords: [{ type: 'ExpressionOfConcernIn', pmid: '1' }] },
    });
    table = await publishDocument({
      ...into,
      collection: 'drug_labels',
      externalId: 'kwellamine',
      reading: { blocks: TABLE, maxTokens: 96 },
      metadata: { title: 'Kwellamine' },
    });
  });
  afterAll(() => world.close());

  const context = async (payload: object, key?: string): Promise<ContextAnswer> => {
    const response = await world.call({ method: 'POST', url: '/v1/context', payload, ...(key ? { key } : {}) });
    dataOf(response);
    return response.json<ContextAnswer>();
  };

  it('numbers passages, merges neighbours, and says once what is found twice', async () => {
    const { data, meta } = await context({ query: 'zorbacillin dose adults once daily rash', mode: 'text' });
    expect(meta).toMatchObject({ mode: 'text', tokens: { max: 3_000, tokenizer: 'estimate', exact: false } });
    expect(data.omitted).toBe(0);
    const merged = data.citations.find(({ chunkIds }) => chunkIds.length === 2);
    expect(merged).toMatchObject({
      documentId: sepsis.documentId,
      text: 'Stop zorbacillin when a rash appears.\n\nAdults receive zorbacillin 0.5 mg/kg once daily.',
      anchor: { pages: [1, 2], start: 0, sectionPath: ['Dosing'] },
      alsoIn: [{ externalId: 'leaflet' }],
      warnings: [],
    });
    expect(data.citations.map(({ number }) => number)).toEqual(data.citations.map((_, at) => at + 1));
    for (const { number, text, chunkIds } of data.citations) {
      expect(data.text).toContain(`<source id="${number}"`);
      expect(data.text).toContain(text);
      expect(dataOf<ChunkBody>(await world.call({ url: `/v1/chunks/${chunkIds[0]}` })).chunkId).toBe(chunkIds[0]);
    }
    expect(data.text.split('0.5 mg/kg')).toHaveLength(2);
  });

  it('gives a table whole where it fits, and says where it does not', async () => {
    const query = { query: '17 years kwellamine', mode: 'text', topK: 1 };
    const whole = await context({ ...query, maxTokens: 2_000 });
    expect(whole.data.citations).toMatchObject([
      { documentId: table.documentId, warnings: [], anchor: { sectionPath: ['Kwellamine by age'] } },
    ]);
    const [citation] = whole.data.citations;
    expect(citation?.chunkIds.length).toBeGreaterThan(3);
    const lines = citation?.text.split('\n') ?? [];
    expect(lines.filter((line) => line.startsWith('| Age | Dose | Form'))).toHaveLength(1);
    for (const row of ROWS) expect(lines).toContain(`| ${row} |`);
    expect(citation?.text).not.toContain('Keep it dry');

    const part = await context({ ...query, maxTokens: 400 });
    expect(part.data.citations).toMatchObject([{ warnings: [{ code: 'table_incomplete' }] }]);
    expect(part.data.citations[0]?.text).toContain('| Age | Dose | Form |');
    expect(part.data.citations[0]?.text).toContain('17 years');
    expect(part.data.text).toContain('A table is shown in part only.');
  });

  it.each(['estimate', 'o200k_base', 'cl100k_base'])('keeps to the tokens of %s', async (tokenizer) => {
    const counter = await world.tokenCounters.byName(tokenizer);
    for (const maxTokens of [400, 500, 700, 1_200]) {
      const query = { query: 'zorbacillin kwellamine adults children tablets', tokenizer, maxTokens, topK: 100 };
      const { data, meta } = await context(query);
      expect(meta.tokens).toMatchObject({ max: maxTokens, tokenizer, exact: tokenizer !== 'estimate' });
      expect(meta.tokens.used).toBe(counter?.countTokens(data.text));
      expect(meta.tokens.used).toBeLessThanOrEqual(maxTokens);
      expect(data.citations.length).toBeGreaterThan(0);
    }
  });

  it('warns of doubts about a paper', async () => {
    const { data } = await context({ query: 'zorbacillin adults', collections: ['consumer_health'] });
    expect(data.citations).toMatchObject([{ externalId: 'leaflet', warnings: [{ code: 'expression_of_concern' }] }]);
    expect(data.text).toContain('expression of concern');
  });

  it('shows nothing that the key may not see', async () => {
    const key = await world.makeKey({ scopes: ['search'], collections: [], safetyLevel: 'public' });
    expect((await context({ query: 'zorbacillin kwellamine' }, key)).data).toEqual({
      text: '',
      citations: [],
      omitted: 0,
      confidence: 0,
      answerable: false,
    });
    const patients = await world.makeKey({ scopes: ['search'], safetyLevel: 'public' });
    const { data } = await context({ query: 'zorbacillin kwellamine adults' }, patients);
    expect(data.citations.map(({ externalId }) => externalId)).toEqual(['leaflet']);
    expect(data.citations.flatMap(({ alsoIn }) => alsoIn)).toEqual([]);
    const reader = await world.makeKey({ scopes: ['read'] });
    expectError(
      await world.call({ method: 'POST', url: '/v1/context', payload: { query: 'x' }, key: reader }),
      'SCOPE_MISSING',
    );
  });

  it('refuses a tokenizer that it does not have, and too small a room', async () => {
    const refuse = async (payload: object) =>
      expectError(await world.call({ method: 'POST', url: '/v1/context', payload }), 'VALIDATION_FAILED');
    await refuse({ query: 'x', tokenizer: 'gpt-9' });
    await refuse({ query: 'x', maxTokens: 100 });
    await refuse({ query: 'x', topk: 3 });
  });
});
