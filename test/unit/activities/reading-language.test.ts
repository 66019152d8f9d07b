import { describe, expect, it } from 'vitest';
import { recordReading } from '../../../activities/reading/document-batch.js';
import type { Collection } from '../../../core/ports/collection-catalog.js';
import { assembleText } from '../../../core/reading/assemble-text.js';

const IN_ENGLISH = { language: 'en' } as Collection;
const ABSTRACT =
  'Adults with raised blood pressure were followed for three years. Treatment with two drugs lowered the risk of a stroke, and fewer patients were admitted to hospital.';

const record = (text: string, language?: string) =>
  recordReading(
    assembleText([{ kind: 'paragraph', text, boxes: [] }], { title: 'x' }, language === undefined ? {} : { language }),
    IN_ENGLISH,
  );

describe('the language of a record', () => {
  it("is that of its text; its paper's is kept beside it", () => {
    expect(record(ABSTRACT, 'fr')).toMatchObject({ language: 'en', metadata: { title: 'x', paperLanguage: 'fr' } });
    expect(record(ABSTRACT, 'en').metadata).toEqual({ title: 'x' });
    expect(record(ABSTRACT).metadata).toEqual({ title: 'x' });
    expect(record('[Fever in children].', 'fr')).toMatchObject({ language: 'en', metadata: { paperLanguage: 'fr' } });
  });
});
