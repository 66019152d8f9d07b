import { describe, expect, it } from 'vitest';
import type { GoldenExpectation } from '../../../core/contract/golden-question.js';
import { judgeGoldenQuestion, type JudgedHit } from '../../../core/retrieval/golden-question.js';

const hit = (externalId: string, text: string, pages: number[] = [1]): JudgedHit => ({
  chunkId: `${externalId}-${text}`,
  documentId: `id of ${externalId}`,
  externalId,
  text,
  anchor: { pages },
});

const ANY: GoldenExpectation = { documents: [], pages: [], phrase: null, withinRank: 10 };
const HITS = [
  hit('leaflet', 'Paracetamol is an analgesic.'),
  hit('label', 'Take with food.', [2]),
  hit('label', 'Adults take 500\u00A0mg  twice\na day.', [3, 4]),
  hit('label', 'Children take 250 mg.', [5]),
];

describe('a golden question', () => {
  it('is answered at the rank of the first passage that fulfils all that is expected', () => {
    const documents = [{ externalId: 'label' }];
    expect(judgeGoldenQuestion({ ...ANY, documents }, HITS)).toMatchObject({ outcome: 'found', rank: 2 });
    expect(judgeGoldenQuestion({ ...ANY, documents, pages: [4] }, HITS)).toMatchObject({ outcome: 'found', rank: 3 });
    expect(judgeGoldenQuestion({ ...ANY, phrase: '250 mg' }, HITS)).toMatchObject({ outcome: 'found', rank: 4 });
    const byId = [{ documentId: 'id of leaflet' }, { externalId: 'another' }];
    expect(judgeGoldenQuestion({ ...ANY, documents: byId }, HITS)).toMatchObject({ outcome: 'found', rank: 1 });
  });

  it('takes a phrase as a reader does, whatever its case, spacing, hyphens and quotes', () => {
    for (const phrase of ['adults take 500 mg twice a day', 'Twice\ta  Day', '500 MG']) {
      expect(judgeGoldenQuestion({ ...ANY, phrase }, HITS)).toMatchObject({ outcome: 'found', rank: 3 });
    }
    const typeset = [hit('a', 'low\u2010dose \u201Cpatient\u2019s choice\u201D, anti\u00ADcoagulant')];
    expect(
      judgeGoldenQuestion({ ...ANY, phrase: `low-dose "patient's choice", anticoagulant` }, typeset),
    ).toMatchObject({
      outcome: 'found',
    });
  });

  it('is lost with what is missing', () => {
    const documents = [{ externalId: 'label' }];
    expect(judgeGoldenQuestion({ ...ANY, documents }, [])).toEqual({ outcome: 'lost', reason: 'nothing' });
    expect(judgeGoldenQuestion({ ...ANY, documents: [{ externalId: 'none' }] }, HITS)).toEqual({
      outcome: 'lost',
      reason: 'document',
    });
    expect(judgeGoldenQuestion({ ...ANY, documents, pages: [9] }, HITS)).toEqual({ outcome: 'lost', reason: 'page' });
    // The words stand on another page than the expected one: no single passage fulfils both.
    expect(judgeGoldenQuestion({ ...ANY, documents, pages: [2], phrase: '500 mg' }, HITS)).toEqual({
      outcome: 'lost',
      reason: 'phrase',
    });
    expect(judgeGoldenQuestion({ ...ANY, documents, withinRank: 1 }, HITS)).toEqual({
      outcome: 'lost',
      reason: 'document',
    });
  });
});
