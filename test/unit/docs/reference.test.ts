import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../api/errors.js';
import { FAILURES } from '../../../core/contract/failures.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';

/** Pictures lie beside the pages. */
const isPage = (name: string) => name.endsWith('.md');
const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');

describe('reference documentation', () => {
  it('lists every error of the API with its status and message, and no other', () => {
    expect(rows(read('docs/api.md'), 'status', 3)).toEqual(
      Object.entries(ERRORS).map(([code, { status, message }]) => [String(status), code, message]),
    );
  });

  it('lists every failure of an ingest with its sentence, and no other', () => {
    expect(rows(read('docs/api.md'), 'code', 2)).toEqual(
      Object.entries(FAILURES).map(([code, { message }]) => [code, message]),
    );
  });

  it('lists every setting that is read', () => {
    const areas = readdirSync(join(PROJECT_ROOT, 'infra/config')).map((name) => `infra/config/${name}`);
    const source = ['infra/config.ts', ...areas].map(read).join('\n');
    const calls = [...source.matchAll(/settings\.(?:text|integer|choice|url)\(\s*'([A-Z0-9_]+)'/g)];
    const names = new Set(calls.map((match) => match[1] ?? ''));
    expect(names.size).toBeGreaterThan(15);
    const settings = read('docs/settings.md');
    expect([...names].filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
  });

  it('links to files that are there', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      ...readdirSync(join(PROJECT_ROOT, 'docs'))
        .filter(isPage)
        .map((name) => join('docs', name)),
    ];
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(PROJECT_ROOT, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(join(PROJECT_ROOT, 'docs'))
        .filter(isPage)
        .map((name) => join('docs', name)),
    ];
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** Cells of the table whose first heading is this and which has so many columns; code marks are taken off. */
function rows(markdown: string, firstHeading: string, columns: number): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => {
    const cells = cellsOf(line);
    return cells[0] === firstHeading && cells.length === columns;
  });
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end === -1 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
}
