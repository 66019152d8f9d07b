import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchData } from '../../api/schemas/search.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const COMBINATION = 'Co-trimoxazole (zorbaxazole/quellomethoprim) protects three times a week.';
const STRENGTHS = 'Zorbacillin/fillomycate 875mg/125mg is given twice daily.';
const RANGE = 'Adults receive 40-60 mg of quellosone.';
const ACCENT = "Ménétrier's disease thickens folds of the stomach.";
const UNITS = 'Keep HbA1c below 48 mmol/mol.';
const NUMBERED = 'Interleukin-6 rises first.';
const GLUED = 'E.zorbacoli is treated once daily.Children wait for 1,000 breaths.';
const OTHER = 'Interleukin-1 rises later.';

/** Words as people ask for them, which documents write inside of others. */
describe('a search for words', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
    await publishDocument({
      ...{ catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: null, collection: 'guidelines' },
      ...{ externalId: 'words', passages: [COMBINATION, STRENGTHS, RANGE, ACCENT, UNITS, NUMBERED, GLUED, OTHER] },
    });
  });
  afterAll(() => world.close());

  it.each([
    ['quellomethoprim', COMBINATION],
    ['zorbaxazole', COMBINATION],
    ['zorbaxazole/quellomethoprim', COMBINATION],
    ['fillomycate', STRENGTHS],
    ['875', STRENGTHS],
    ['875 mg', STRENGTHS],
    ['875mg', STRENGTHS],
    ['60 mg', RANGE],
    ['40-60', RANGE],
    ['Menetrier', ACCENT],
    ["Menetrier's", ACCENT],
    ['Ménétrier', ACCENT],
    ['mmol', UNITS],
    ['48mmol/mol', UNITS],
    ['Interleukin 6', NUMBERED],
    ['interleukin-1', OTHER],
    ['zorbacoli', GLUED],
    ['E. zorbacoli', GLUED],
    ['children', GLUED],
    ['1000', GLUED],
  ])('finds %s', async (query, passage) => {
    const payload = { query, mode: 'text', topK: 5 };
    const { hits } = dataOf<SearchData>(await world.call({ method: 'POST', url: '/v1/search', payload }));
    expect(hits[0]?.text).toBe(passage);
  });
});
