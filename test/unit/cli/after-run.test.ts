import { describe, expect, it } from 'vitest';
import { linesAfter, linesOfPlacesLeft } from '../../../api/cli/after-run.js';
import type { MedindexClient } from '../../../api/client/client.js';

const SENT = { documentId: 'new', externalId: 'sepsis-2025.md', title: null, state: 'published' } as const;

function asked(answer: object): MedindexClient {
  const call = () => Promise.resolve(answer);
  return { document: call, documentVersions: call } as unknown as MedindexClient;
}

describe('what is said once a run has ended', () => {
  it('a new version that no longer names its predecessor brings it back, and that is said', async () => {
    const run = { state: 'published', documents: [SENT] } as never;
    const lines = (supersedes: string[], before: string[] | null) =>
      linesOfPlacesLeft(asked({ supersedes }), run, before);
    expect(await lines([], ['sepsis-2021.md'])).toEqual([
      expect.stringMatching(
        /^no longer takes the place of sepsis-2021\.md, which is found again;.*--supersedes sepsis-2021\.md$/,
      ),
    ]);
    expect(await lines(['sepsis-2021.md'], ['sepsis-2021.md'])).toEqual([]);
    expect(await lines([], [])).toEqual([]);
    expect(await lines([], null)).toEqual([]);
  });

  it('what was found reads as a sentence, on a page and in a text without pages', async () => {
    const run = { state: 'held', fileName: 'note.txt', documents: [{ ...SENT, state: 'held' }] } as never;
    const findings = [
      { category: 'ssn', page: null, count: 1 },
      { category: 'mrn', page: 2, count: 1 },
    ];
    const lines = await linesAfter(asked({ versions: [{ findings }] }), run);
    expect(lines.slice(0, 2)).toEqual([
      'found in the text: social security number',
      'found on page 2: medical record number',
    ]);
  });
});
