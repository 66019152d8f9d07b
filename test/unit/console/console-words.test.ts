import { describe, expect, it } from 'vitest';
import { en } from '../../../api/console/texts/en.js';
import { pt } from '../../../api/console/texts/pt.js';
import { curlOf } from '../../../api/console/views/curl.js';
import { markWords } from '../../../api/console/views/mark-words.js';
import {
  DOCUMENT_STATES,
  KEY_SCOPES,
  PAGE_OUTCOMES,
  RUN_STATES,
  SAFETY_LEVELS,
  STAGES,
  VERSION_STATES,
} from '../../../core/contract/states.js';
import {
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_DISABLED_REASONS,
  WEBHOOK_EVENT_TYPES,
  WEBHOOK_PROBLEMS,
  WEBHOOK_TEST,
} from '../../../core/contract/webhooks.js';

describe('the words of the console', () => {
  /** Every place of a text, e.g. `upload/title`; names of events have dots. */
  const places = (texts: object, above = ''): string[] =>
    Object.entries(texts).flatMap(([name, text]) =>
      typeof text === 'object' && text !== null ? places(text as object, `${above}${name}/`) : [`${above}${name}`],
    );

  it('are the same in both languages, and none is left in the other one', () => {
    expect(places(pt)).toEqual(places(en));
    const same = places(en).filter((place) => textAt(en, place) === textAt(pt, place));
    // Names, and words that both languages have.
    expect(same.sort()).toEqual([
      'moves/stores/pgvector',
      'moves/stores/qdrant',
      'nav/webhooks',
      'overview/queueNames/webhooks',
      'overview/seconds',
      'product',
      'search/modeHelp/text',
      'webhooks/title',
    ]);
  });

  it('name every state, stage and outcome', () => {
    for (const texts of [en, pt]) {
      expect(Object.keys(texts.states)).toEqual(
        expect.arrayContaining([...RUN_STATES, ...DOCUMENT_STATES, ...VERSION_STATES]),
      );
      expect(Object.keys(texts.stages)).toEqual([...STAGES]);
      expect(Object.keys(texts.document.outcomes).sort()).toEqual([...PAGE_OUTCOMES].sort());
    }
  });

  it('name all that a webhook is told of, and what becomes of it', () => {
    for (const { webhooks } of [en, pt]) {
      expect(Object.keys(webhooks.events)).toEqual([...WEBHOOK_EVENT_TYPES, WEBHOOK_TEST]);
      expect(Object.keys(webhooks.deliveryStates)).toEqual([...WEBHOOK_DELIVERY_STATES]);
      expect(Object.keys(webhooks.disabledFor)).toEqual([...WEBHOOK_DISABLED_REASONS]);
      expect(Object.keys(webhooks.problems)).toEqual([...WEBHOOK_PROBLEMS]);
    }
  });

  it('name all that a key may do and see', () => {
    for (const { keys } of [en, pt]) {
      expect(Object.keys(keys.scopes)).toEqual([...KEY_SCOPES]);
      expect(Object.keys(keys.levels)).toEqual([...SAFETY_LEVELS]);
    }
  });
});

function textAt(texts: object, place: string): string {
  const found = place.split('/').reduce<unknown>((above, name) => (above as Record<string, unknown>)[name], texts);
  return typeof found === 'function' ? String((found as (...of: number[]) => string)(2, 3, 4)) : String(found);
}

describe('a marked passage', () => {
  it('is the passage itself, with words of the question marked in any of their forms', () => {
    const text = 'Doses of adrenaline: 0.5 mg. Dosing is repeated.';
    const pieces = markWords(text, 'What dose of Adrenaline?');
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ marked }) => marked).map((piece) => piece.text)).toEqual(['Doses', 'adrenaline']);
  });

  it('has no words marked that are in every question', () => {
    const marked = (text: string, question: string): string[] =>
      markWords(text, question).flatMap((piece) => (piece.marked ? [piece.text] : []));
    expect(marked('Offer it within 24 hours with care.', 'When should patients with bleeding be seen?')).toEqual([]);
    expect(marked('Dar a dose para crianças com sepse.', 'Qual dose para crianças com sepse?')).toEqual([
      'dose',
      'crianças',
      'sepse',
    ]);
  });

  it('marks nothing for a question without words', () => {
    expect(markWords('a text', '?')).toEqual([{ text: 'a text', marked: false }]);
  });
});

describe('a search as a command', () => {
  it('survives quotes, and holds no key', () => {
    const command = curlOf({ query: "child's dose", topK: 5 }, 'http://127.0.0.1:8080');
    expect(command).toContain(`"query":"child'\\''s dose"`);
    expect(command).toContain('Bearer $MEDINDEX_KEY');
  });
});
