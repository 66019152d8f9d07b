import { describe, expect, it } from 'vitest';
import { assembleText } from '../../../../core/reading/assemble-text.js';
import type { BlockKind } from '../../../../core/contract/block.js';
import { type LanguageEvidence, languageOf } from '../../../../core/reading/facts/language.js';

const ENGLISH =
  'Adults with raised blood pressure are seen again within two weeks. Treatment starts with one drug in a low dose, and a second one is added when the target is not reached within three months.';
const PORTUGUESE =
  'Os adultos com pressão arterial elevada são reavaliados em duas semanas. O tratamento começa com um medicamento em dose baixa, e um segundo é acrescentado quando a meta não é alcançada em três meses.';
const ARABIC =
  'يُعاد فحص البالغين المصابين بارتفاع ضغط الدم خلال أسبوعين. يبدأ العلاج بدواء واحد بجرعة منخفضة، ويضاف دواء ثان عندما لا يتم الوصول إلى الهدف خلال ثلاثة أشهر.';
const GERMAN =
  'Erwachsene mit erhöhtem Blutdruck werden innerhalb von zwei Wochen erneut untersucht. Die Behandlung beginnt mit einem Medikament in niedriger Dosis, und ein zweites kommt hinzu, wenn das Ziel nach drei Monaten nicht erreicht ist.';
const DOSES = [
  'Drug | Dose | Route | Interval',
  'Amoxicillin | 500 mg | PO | q8h',
  'Ceftriaxone | 1 g | IV | q24h',
  'Losartan | 50 mg | PO | q24h',
  'Piperacillin-tazobactam | 4.5 g | IV | q6h',
].join('\n');

function languageOfBlocks(
  blocks: readonly (readonly [BlockKind, string])[],
  evidence: Partial<LanguageEvidence> = {},
): string {
  const reading = assembleText(
    blocks.map(([kind, text]) => ({ kind, text, boxes: [] })),
    {},
  );
  return languageOf(reading, { usual: 'en', ...evidence });
}

describe('languageOf', () => {
  it.each([
    ['en', ENGLISH],
    ['pt', PORTUGUESE],
    ['ar', ARABIC],
    ['de', GERMAN],
  ])('tells %s from its text, whatever file and collection claim', (language, text) => {
    for (const claimed of ['en', 'pt', 'und']) {
      for (const usual of ['en', 'pt']) {
        expect(languageOfBlocks([['paragraph', text]], { claimed, usual })).toBe(language);
      }
    }
  });

  it('takes what a person said', () => {
    expect(languageOfBlocks([['paragraph', ENGLISH]], { given: 'pt-BR' })).toBe('pt');
    expect(languageOfBlocks([['paragraph', ENGLISH]], { given: 'Portuguese' })).toBe('en');
  });

  it("takes the collection's where there is too little text, or the claim where the text looks like it", () => {
    for (const text of ['Gout', '', 'Paracetamol 500 mg', '12–14']) {
      expect(languageOfBlocks([['heading', text]], { usual: 'pt' })).toBe('pt');
    }
    expect(languageOfBlocks([['paragraph', 'Hypertension in adults']], { usual: 'pt', claimed: 'en' })).toBe('en');
    expect(languageOfBlocks([['paragraph', 'Hipertensão em adultos']], { usual: 'en', claimed: 'pt' })).toBe('pt');
    expect(languageOfBlocks([['paragraph', 'Hipertensão em adultos']], { usual: 'pt', claimed: 'en-US' })).toBe('pt');
  });

  it('is not led astray by tables of doses, and goes by what most of the text is in', () => {
    expect(languageOfBlocks([['table', DOSES]])).toBe('en');
    expect(languageOfBlocks([['table', DOSES]], { usual: 'pt' })).toBe('pt');
    expect(languageOfBlocks([...Array<['table', string]>(20).fill(['table', DOSES]), ['paragraph', PORTUGUESE]])).toBe(
      'pt',
    );
    const lists = Array<['list', string]>(6).fill(['list', DOSES.replaceAll('\n', '\n• ')]);
    expect(languageOfBlocks([...lists, ['paragraph', ENGLISH]])).toBe('en');
    const paper: (readonly [BlockKind, string])[] = [
      ['paragraph', ENGLISH],
      ...Array<['paragraph', string]>(8).fill(['paragraph', PORTUGUESE]),
    ];
    expect(languageOfBlocks(paper)).toBe('pt');
  });

  it('knows Portuguese without its accents in a Portuguese collection', () => {
    const stripped = PORTUGUESE.normalize('NFD').replace(/\p{M}/gu, '');
    expect(languageOfBlocks([['paragraph', stripped]], { usual: 'pt' })).toBe('pt');
  });
});
