import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../../../core/reading/assemble-pages.js';
import { titleOf } from '../../../../core/reading/facts/title.js';
import { blockOf, pageOf } from '../page-fixtures.js';

describe('titleOf', () => {
  const pages = [
    pageOf(1, [blockOf('heading', 'Small print', { fontSize: 9 }), blockOf('heading', 'The title', { fontSize: 20 })]),
    pageOf(2, [blockOf('heading', 'A later chapter', { fontSize: 30 })]),
  ];

  it('takes what the document says of itself before its first large heading', () => {
    expect(titleOf(assemblePages(pages, { title: 'As the file says' }))).toBe('As the file says');
    expect(titleOf(assemblePages(pages, {}))).toBe('The title');
    expect(titleOf(assemblePages([pageOf(1, [blockOf('paragraph', 'No heading.')])], {}))).toBeUndefined();
  });
});
