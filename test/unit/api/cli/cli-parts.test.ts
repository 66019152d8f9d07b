import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFiles } from '../../../../api/cli/find-files.js';
import { describeRun, isGoodEnd } from '../../../../api/cli/run-words.js';
import { citation } from '../../../../api/cli/search-command.js';
import { printable, wrap } from '../../../../api/cli/terminal.js';
import { RUN_STATES } from '../../../../core/contract/states.js';

describe('finding files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-find-'));
    await mkdir(join(folder, 'cardiology', 'deep'), { recursive: true });
    await mkdir(join(folder, '.git'));
    for (const file of [
      'b.pdf',
      'a.md',
      'cardiology/a.md',
      'cardiology/deep/x.XML.gz',
      'cardiology/logo.svg',
      '.git/c.md',
      '.hidden.md',
    ]) {
      await writeFile(join(folder, file), 'x');
    }
    await symlink('..', join(folder, 'cardiology', 'circle'));
    await symlink(join(folder, 'a.md'), join(folder, 'linked.md'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('goes through folders in order, names files by their place, and reports the rest', async () => {
    const found = await findFiles([folder, join(folder, 'nothing')]);
    expect(found.files.map(({ fileName }) => fileName)).toEqual([
      'a.md',
      'b.pdf',
      'cardiology/a.md',
      'cardiology/deep/x.XML.gz',
      'linked.md',
    ]);
    expect(found.unsupported).toEqual([join(folder, 'cardiology', 'logo.svg')]);
    expect(found.missing).toEqual([join(folder, 'nothing')]);
  });

  it.skipIf(process.getuid?.() === 0)('tells of a folder that is closed to it, and goes on', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o000 });
    const found = await findFiles([folder]);
    expect(found.unreadable).toEqual([closed]);
    expect(found.files.length).toBeGreaterThan(3);
    await rm(closed, { recursive: true });
  });

  it('sends a file that is named itself, whatever its extension', async () => {
    const { files } = await findFiles([join(folder, 'cardiology', 'logo.svg')]);
    expect(files.map(({ fileName }) => fileName)).toEqual(['logo.svg']);
  });
});

describe('words for people', () => {
  it('has a sentence for every state, with the reason where there is one', () => {
    for (const state of RUN_STATES) expect(describeRun({ state })).not.toBe('');
    expect(describeRun({ state: 'failed', error: { code: 'PDF_DAMAGED', message: 'The PDF is damaged.' } })).toBe(
      'failed: The PDF is damaged. (PDF_DAMAGED)',
    );
    const later = { documentId: 'd', externalId: 'x', title: null, state: 'superseded' as const, screenedWith: null };
    expect(describeRun({ state: 'held', documents: [later] })).toBe(
      'was held; a later file of it is published since, so nothing is left to do',
    );
    expect(RUN_STATES.filter(isGoodEnd)).toEqual(['published', 'unchanged']);
  });

  it('cites title, section and pages', () => {
    const anchor = { sha256: '', boxes: [], start: 0, end: 1, sectionPath: ['Dosing', 'Children'], pages: [3, 4] };
    expect(citation({ title: 'Use of X', externalId: 'x', anchor, partial: true })).toBe(
      'Use of X, Dosing › Children, pages 3–4, published with pages missing',
    );
    expect(
      citation({
        title: null,
        externalId: 'pmid:1',
        anchor: { ...anchor, sectionPath: [], pages: [], pmid: '1' },
        partial: false,
      }),
    ).toBe('pmid:1, PMID 1');
  });

  it('does not say a title twice', () => {
    const anchor = { sha256: '', boxes: [], start: 0, end: 1, sectionPath: ['Sepsis', 'Dosing'], pages: [1] };
    expect(citation({ title: 'Sepsis', externalId: 'x', anchor, partial: false })).toBe('Sepsis, Dosing, page 1');
  });

  it('wraps at spaces and defuses control characters', () => {
    expect(wrap('one two  three\nfour', 10, '  ')).toBe('  one two\n  three\n  four');
    expect(wrap('', 10, '  ')).toBe('');
    expect(wrap('abcdefghijklmnop q', 8, ' ')).toBe(' abcdefghijklmnop\n q');
    expect(printable('a\u001b[31mb\u0007\n')).toBe('a\ufffd[31mb\ufffd\n');
  });
});
