import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChunkList } from '../../api/schemas/chunk.js';
import type { ContextData } from '../../api/schemas/context.js';
import type { SearchData } from '../../api/schemas/search.js';
import type { DraftBlock } from '../../core/contract/block.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { type Published, publishDocument } from './publish-document.js';

const paragraph = (text: string): DraftBlock => ({ kind: 'paragraph', text, boxes: [] });
const heading = (text: string): DraftBlock => ({ kind: 'heading', text, headingLevel: 1, boxes: [] });
const BLOCKS: DraftBlock[] = [
  heading('Oral treatment'),
  paragraph('We recommend mirovacine for adults with quillan fever.'),
  paragraph('Strong recommendation, moderate-quality evidence'),
  heading('Second line'),
  paragraph('We suggest tolvarine for quillan fever that does not improve (2C).'),
  heading('Children'),
  {
    kind: 'table',
    text: 'COR | LOE | Recommendation\n1 | B-NR | Children with quillan fever should be seen daily.\n3: Harm | C-LD | Aspirin should not be given in quillan fever.',
    boxes: [],
  },
  heading('Course'),
  paragraph('Quillan fever lasts for nine days.'),
];

describe('recommendations and their grades', () => {
  let world: ApiWorld;
  let fever: Published;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: world.embedder };
    fever = await publishDocument({
      ...into,
      collection: 'guidelines',
      externalId: 'quillan',
      reading: { blocks: BLOCKS, maxTokens: 256 },
      metadata: { title: 'Quillan fever' },
    });
    await publishDocument({
      ...into,
      collection: 'guidelines',
      externalId: 'plain',
      passages: Array.from({ length: 60 }, (_, at) => `Quillan fever, quillan fever: note ${at}.`),
      metadata: { title: 'Notes' },
    });
  });
  afterAll(() => world.close());

  const search = async (filters: object, mode = 'hybrid'): Promise<SearchData> =>
    dataOf<SearchData>(
      await world.call({ method: 'POST', url: '/v1/search', payload: { query: 'quillan fever', mode, filters } }),
    );
  const texts = async (recommendation: object, mode?: string): Promise<string[]> =>
    (await search({ recommendation }, mode)).hits.map(({ text }) => text.split('\n')[0] ?? '').sort();

  it.each(['text', 'vector', 'hybrid'])('are what a search may ask for: %s', async (mode) => {
    expect(await texts({ strength: 'strong' }, mode)).toEqual(['Children', 'Oral treatment']);
    expect(await texts({ strength: ['conditional'] }, mode)).toEqual(['Second line']);
    expect(await texts({ certainty: ['moderate', 'low'] }, mode)).toEqual([
      'Children',
      'Oral treatment',
      'Second line',
    ]);
    expect(await texts({ strength: 'strong', certainty: 'moderate' }, mode)).toEqual(['Children', 'Oral treatment']);
    expect(await texts({}, mode)).toEqual(['Children', 'Oral treatment', 'Second line']);
    expect(await texts({ strength: 'good_practice' }, mode)).toEqual([]);
    // One is strong and another of that certainty would not be enough; none is both.
    expect(await texts({ strength: 'conditional', certainty: 'moderate' }, mode)).toEqual([]);
  });

  it('refuse what is no strength, by name', async () => {
    const filters = { recommendation: { strength: 'firm' } };
    const response = await world.call({ method: 'POST', url: '/v1/search', payload: { query: 'fever', filters } });
    expectError(response, 'VALIDATION_FAILED');
  });

  it('say their grade in hits, in the list of passages and in the citation', async () => {
    const { hits } = await search({ recommendation: { strength: 'strong' } });
    const oral = hits.find(({ text }) => text.startsWith('Oral'));
    const grade = {
      strength: 'strong',
      certainty: 'moderate',
      system: 'grade',
      asWritten: 'Strong recommendation, moderate-quality evidence',
    };
    expect(oral?.recommendation).toEqual(grade);
    const [stated] = oral?.recommendations ?? [];
    expect(stated).toMatchObject(grade);
    const [start, end] = [
      (stated?.start ?? 0) - (oral?.anchor.start ?? 0),
      (stated?.end ?? 0) - (oral?.anchor.start ?? 0),
    ];
    expect(oral?.text.slice(start, end)).toBe(
      'We recommend mirovacine for adults with quillan fever.\n\nStrong recommendation, moderate-quality evidence',
    );
    const children = hits.find(({ text }) => text.startsWith('Children'));
    expect(children?.recommendation).toBeNull();
    expect(children?.recommendations).toMatchObject([
      { strength: 'strong', certainty: 'moderate', system: 'acc_aha', asWritten: '1 | B-NR' },
      { strength: 'strong', certainty: null, direction: 'against', system: 'acc_aha', asWritten: '3: Harm | C-LD' },
    ]);

    const listed = dataOf<ChunkList>(await world.call({ url: `/v1/documents/${fever.documentId}/chunks` }));
    expect(listed.chunks.map(({ recommendations }) => recommendations.length)).toEqual([1, 1, 2, 0]);
    const single = dataOf<ChunkList['chunks'][number]>(await world.call({ url: `/v1/chunks/${oral?.chunkId}` }));
    expect(single.recommendation).toEqual(grade);
  });

  it('are in the context and in its citations', async () => {
    const payload = { query: 'quillan fever', filters: { recommendation: { strength: ['strong', 'conditional'] } } };
    const data = dataOf<ContextData>(await world.call({ method: 'POST', url: '/v1/context', payload }));
    expect(data.text).toContain('recommendation="strong recommendation, moderate certainty"');
    expect(data.text).toContain('recommendation="conditional recommendation, low certainty"');
    expect(data.text).toContain('strong recommendation against"');
    const oral = data.citations.find(({ text }) => text.startsWith('Oral'));
    expect(oral).toMatchObject({ recommendation: { strength: 'strong', certainty: 'moderate' } });
    expect(oral?.recommendations).toHaveLength(1);
  });
});
