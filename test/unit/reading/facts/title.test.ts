import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../../../core/reading/assemble-pages.js';
import { isPlaceholderAuthor } from '../../../../core/reading/facts/placeholder-author.js';
import { isPlaceholderTitle } from '../../../../core/reading/facts/placeholder-title.js';
import { titleOfFile } from '../../../../core/reading/facts/title-of-file.js';
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

describe('titleOf a drug label', () => {
  const sentence =
    'These highlights do not include all the information needed to use METFORMIN HYDROCHLORIDE TABLETS safely and effectively.';
  const titled = (title: string) => titleOf(assemblePages([pageOf(1, [blockOf('heading', title)])], {}));

  it.each([
    sentence,
    `${sentence} See full prescribing information for METFORMIN HYDROCHLORIDE TABLETS. Initial U.S. Approval: 1995`,
    `HIGHLIGHTS OF PRESCRIBING INFORMATION\n${sentence.replace(' to use', '\nto use')}`,
  ])('names the drug: %j', (title) => {
    expect(titled(title)).toBe('METFORMIN HYDROCHLORIDE TABLETS: prescribing information');
    expect(titleOf(assemblePages([pageOf(1, [])], { title }))).toBe(
      'METFORMIN HYDROCHLORIDE TABLETS: prescribing information',
    );
  });

  it.each(['Use metformin safely and effectively', 'These highlights do not include all the information'])(
    'leaves others as they are: %j',
    (title) => {
      expect(titled(title)).toBe(title);
    },
  );
});

describe('titleOfFile', () => {
  it.each([
    ['guidelines/sepsis_in-adults.csv', 'Sepsis in adults'],
    ['FAX 2024-03-01.tiff', 'FAX 2024-03-01'],
    ['s3://bucket/a/drug-label_v2.txt', 'Drug label v2'],
    ['pubmed.xml.gz', 'Pubmed'],
    ['ESC 2.0.pdf', 'ESC 2.0'],
    ['crianças+febre.txt', 'Crianças febre'],
    ['___.csv', undefined],
    ['.txt', undefined],
  ])('reads %j as %j', (fileName, title) => {
    expect(titleOfFile(fileName)).toBe(title);
  });
});

describe('what programs fill in', () => {
  it.each(['python-docx', 'Microsoft Office User', 'admin', 'Administrator', 'openpyxl', 'User', 'unknown'])(
    'is no author: %s',
    (author) => {
      expect(isPlaceholderAuthor(author)).toBe(true);
    },
  );

  it('leaves people and institutions alone', () => {
    for (const author of ['A. User', 'World Health Organization', 'Ana Admin-Silva', 'Default Risk Group']) {
      expect(isPlaceholderAuthor(author), author).toBe(false);
    }
    expect(isPlaceholderTitle('Word Document')).toBe(true);
    expect(isPlaceholderTitle('Documentation of falls')).toBe(false);
  });
});
