import { gradesInWords } from './recommendation-words.js';
import { WARNINGS, type WarningCode } from './warnings.js';
import { type Passage, passageAnchor, passageRecommendations, passageText } from './passages.js';

/**
 * A passage as a model reads it: between tags that its text cannot close, so that the model can tell what it was given from
 * what it was told, with the number by which it cites.
 */
export function renderPassage(number: number, passage: Passage, warnings: readonly WarningCode[]): string {
  const [{ title, externalId, publishedOn }] = passage.chunks;
  const { pages, sectionPath } = passageAnchor(passage);
  const attributes: [string, string | null][] = [
    ['id', String(number)],
    ['title', title ?? externalId],
    ['section', sectionPath.length > 0 ? sectionPath.join(' › ') : null],
    ['pages', pages.length > 0 ? pageRange(pages) : null],
    ['recommendation', gradesInWords(passageRecommendations(passage))],
    ['published', publishedOn],
    ['warning', warnings.length > 0 ? warnings.map((code) => WARNINGS[code]).join(' ') : null],
  ];
  const given = attributes.flatMap(([name, value]) => (value === null ? [] : `${name}="${attributeText(value)}"`));
  return `<source ${given.join(' ')}>\n${bodyText(passageText(passage))}\n</source>`;
}

/** Passages one after another. */
export function joinPassages(rendered: readonly string[]): string {
  return rendered.join('\n\n');
}

function pageRange(pages: readonly number[]): string {
  const [first, last] = [pages[0], pages.at(-1)];
  return first === last ? `${first}` : `${first}–${last}`;
}

function attributeText(value: string): string {
  return value.replace(/\s+/gu, ' ').trim().replaceAll('"', '″').replaceAll('<', '‹').replaceAll('>', '›');
}

function bodyText(text: string): string {
  return text.trim().replace(/<(?=\/?source\b)/giu, '‹');
}
