import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findPhiModel } from '../../../infra/starting/find-phi-model.js';

const cacheDir = mkdtempSync(join(tmpdir(), 'medindex-cache-'));
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }));

describe('the model for names of patients, at the start of a process', () => {
  it('warns that texts are screened by rules, where the settings ask for a model and none is there', async () => {
    const screening = { detector: 'model', modelPath: null } as const;
    const found = await findPhiModel({ screening, cacheDir });
    expect(found).toMatchObject({ screening, problems: [] });
    expect(found.warnings).toEqual([expect.stringMatching(/screened by rules alone.*npm run provision/)]);
  });

  it('says nothing where rules are meant', async () => {
    const screening = { detector: 'rules', modelPath: null } as const;
    expect(await findPhiModel({ screening, cacheDir })).toEqual({ screening, problems: [], warnings: [] });
  });

  it('refuses a folder without the model', async () => {
    const screening = { detector: 'model', modelPath: cacheDir } as const;
    const { problems } = await findPhiModel({ screening, cacheDir });
    expect(problems).toEqual([expect.stringMatching(/^PHI_MODEL_PATH: .*Example: /)]);
  });
});
