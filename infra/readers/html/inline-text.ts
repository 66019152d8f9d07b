import { superscript } from '../../../core/reading/layout/unicode-text.js';
import { attribute, classesOf, type HtmlElement } from './html-tree.js';

/** Whether an element raises its text: by tag, class or style. */
export function isRaised(element: HtmlElement): boolean {
  if (element.tagName === 'sup') return true;
  if (element.tagName !== 'span') return false;
  const raisedByStyle = /vertical-align\s*:\s*super/i.test(attribute(element, 'style') ?? '');
  return raisedByStyle || classesOf(element).some((token) => /(?:^|[-_])superscript$/i.test(token));
}

export function isLowered(element: HtmlElement): boolean {
  return element.tagName === 'sub' || classesOf(element).some((token) => /(?:^|[-_])subscript$/i.test(token));
}

/**
 * Raised text behind `before`: figures and signs as Unicode superscripts (`10⁹/L`), ordinals as they are (`5th`), and
 * what Unicode cannot raise behind `^`, so that a footnote's letter never becomes a letter of the word.
 */
export function raisedText(text: string, before: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return text;
  const raised = superscript(trimmed);
  if (raised !== trimmed) return raised;
  if (/^(?:st|nd|rd|th|[®™©ªº*†‡§¶,]+)$/i.test(trimmed)) return trimmed;
  // At the start of a line it is a note's own mark.
  return /\S$/.test(before) ? `^${trimmed}` : `^${trimmed} `;
}

/** Lowered text is written plainly (`CO2`, `SpO2`), as in PDFs; a figure behind a figure keeps apart (`5_2`). */
export function loweredText(text: string, before: string): string {
  return /\d$/.test(before) && /^\s*\d/.test(text) ? `_${text.trim()}` : text;
}
