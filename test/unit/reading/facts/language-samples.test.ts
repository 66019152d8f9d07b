import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../../../core/reading/assemble-pages.js';
import { languageOf } from '../../../../core/reading/facts/language.js';
import type { Reading } from '../../../../core/contract/reading.js';
import { ChildProcessDocumentReader } from '../../../../infra/readers/child-process-document-reader.js';
import { readHtml } from '../../../../infra/readers/html/read-html.js';
import { readMarkdown } from '../../../../infra/readers/markdown/read-markdown.js';
import { SHARED_SAMPLES, WITHOUT_SHARED } from '../../embedding/shared-model.js';

const LIMITS = { deadlineMs: 120_000 };

describe.skipIf(SHARED_SAMPLES === null)(
  `languages of the published samples${SHARED_SAMPLES === null ? ` (${WITHOUT_SHARED})` : ''}`,
  () => {
    const filesIn = (folder: string, ending: RegExp) =>
      readdirSync(join(SHARED_SAMPLES ?? '', folder))
        .filter((name) => ending.test(name))
        .map((name) => join(SHARED_SAMPLES ?? '', folder, name));
    /** As a Portuguese collection would take them, with a claim that is wrong. */
    const languageFor = (reading: Reading) => languageOf(reading, { usual: 'pt', claimed: 'pt-BR' });

    it('topics of consumer health and pages of guidelines are English', () => {
      const some = filesIn('consumer-health', /\.md$/).filter((_, index) => index % 4 === 0);
      const topics = some.map((path) => readMarkdown(readFileSync(path, 'utf8')));
      const pages = filesIn('guidelines', /\.html?$/).map((path) => readHtml(readFileSync(path, 'latin1')));
      const others = [...topics, ...pages].filter((reading) => languageFor(reading) !== 'en');
      expect(others.map((reading) => reading.text.slice(0, 200))).toEqual([]);
    });

    it('PDFs are in the language of their text', async () => {
      const reader = new ChildProcessDocumentReader();
      try {
        const languages: Record<string, string> = {};
        for (const path of [
          ...filesIn('guidelines', /\.pdf$/),
          ...filesIn('drug-labels', /\.pdf$/),
          ...filesIn('pdf', /GeoTopo/),
        ]) {
          const { pageCount = 0 } = await reader.inspect(path, LIMITS);
          const pages = await reader.readPages(path, { from: 1, to: Math.min(pageCount, 12) }, LIMITS);
          languages[path.split('/').at(-1) ?? ''] = languageFor(assemblePages(pages, {}));
        }
        const german = Object.keys(languages).filter((name) => languages[name] === 'de');
        expect(german).toEqual([expect.stringContaining('GeoTopo')]);
        expect(Object.values(languages).filter((language) => language !== 'en')).toEqual(['de']);
      } finally {
        await reader.close();
      }
    });
  },
);
