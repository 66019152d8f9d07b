import { describe, expect, it } from 'vitest';
import { tellsLifeStory } from '../../../core/screening/life-story.js';
import { textKind } from '../../../core/screening/text-kind.js';

describe('textKind', () => {
  it.each([
    ['a letter', 'Dear colleague, thank you for referring this gentleman, whom I saw today. Kind regards'],
    ['a telephone note', 'Telephone encounter. Caller wants a refill. Callback in the morning.'],
    ['a shift', '0715: report received from night shift. Resting comfortably, call light in reach.'],
    ['a consent', 'I, the undersigned mother of the child, consent to the operation that was explained to me.'],
    ['a certificate', 'To whom it may concern: please excuse him from work until Monday.'],
    ['a label of a pharmacy', 'TAKE 1 TABLET BY MOUTH DAILY Qty 60 Refills 2'],
    ['a ward list', 'Bed | Patient | Diet\n4 | … | soft'],
    ['a Portuguese shift', 'Paciente acordada, contactuante, eupneica em ar ambiente, no leito. Aceitou a dieta.'],
  ])('takes %s for a record', (_what, text) => {
    expect(textKind(text)).toBe('record');
  });

  it.each([
    [
      'an abstract',
      'Background: Methods: patients with gout were randomized. Results: hazard ratio 1.2 (95% CI 1.0 to 1.4).',
    ],
    [
      'a recommendation',
      'We recommend that patients with asthma should be offered a written plan. Ask the patient about smoking.',
    ],
    [
      'a leaflet',
      'Gout is a disease of the joints. Symptoms include pain. Ask your doctor whether it may help to rest.',
    ],
  ])('takes %s for published', (_what, text) => {
    expect(textKind(text)).toBe('published');
  });

  it('asks more of a long text: a handbook says a few things of records as well', () => {
    const cues = 'The patient is resting comfortably. BP 120/80.';
    expect(textKind(cues)).toBe('record');
    expect(textKind(`${cues} ${'The joint is inspected from all sides and moved gently. '.repeat(200)}`)).not.toBe(
      'record',
    );
  });
});

describe('tellsLifeStory', () => {
  it.each([
    'Ignaz was born in 1818 and studied law in Vienna.',
    'She founded the registry and was editor of the journal; she is survived by two daughters.',
    'He was the first to describe the disease and won the Nobel prize.',
  ])('knows lives and history: %s', (text) => {
    expect(tellsLifeStory(text, 0, 4, false)).toBe(true);
  });

  it.each([
    'Jane was born on 3/5/1951 and lives alone. She was admitted with chest pain.',
    'The surgeon explained the operation to Jane and her daughter.',
  ])('leaves what is told of patients: %s', (text) => {
    expect(tellsLifeStory(text, 0, 4, false)).toBe(false);
  });

  it('asks twice as much where a text is a record: patients have studied and taught too', () => {
    const text = 'Jane studied law, later taught as a professor.';
    expect(tellsLifeStory(text, 0, 4, false)).toBe(true);
    expect(tellsLifeStory(text, 0, 4, true)).toBe(false);
  });
});
