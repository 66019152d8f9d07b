import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryPoint, PROJECT_ROOT } from '../../infra/entry-point.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

let scratch: string;
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), 'medindex demo '))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the demo with a temporary folder of its own, so that what it leaves there can be seen. */
async function demo(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entryPoint('infra/local/demo.js'), ...args], {
    env: { ...process.env, TMPDIR: scratch, PORT: '0', DATABASE_URL: 'postgres://never@127.0.0.1:1/touched' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, ...output };
}

describeWith([await findTemporal()], 'npm run demo', () => {
  test('reads its corpus, answers each question from the document that knows, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await demo();
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('11 of 12 files can be searched.');
    expect(stdout).toMatch(/patient-note-held\.txt is held/);
    const questions = JSON.parse(readFileSync(join(PROJECT_ROOT, 'infra/local/demo/questions.json'), 'utf8')) as {
      question: string;
      expect: { file: string; page?: number };
    }[];
    const answers = stdout.split('\n? ').slice(1);
    expect(answers).toHaveLength(questions.length);
    for (const [index, { question, expect: expected }] of questions.entries()) {
      const [best = ''] = answers[index]?.split('[2]') ?? [];
      expect(best).toContain(question);
      if (!expected.file.startsWith('pubmed_abstracts/')) expect(best).toContain(expected.file);
      else expect(best).toMatch(/PMID \d+/);
      if (expected.page !== undefined) expect(best).toMatch(/, pages? \d/);
      expect(best).toMatch(/found by/);
    }
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("reads one's own files, answers one's own question, and says which file failed and why", async () => {
    const own = join(scratch, 'own files');
    makeFolder(own, {
      'zorb.md': '# Zorbacillin\n\nTake 5 mg of zorbacillin with water.\n',
      'broken.pdf': '%PDF-1.7 cut off',
    });
    const { exitCode, stdout, stderr } = await demo('--from', own, '--ask', 'How much zorbacillin?');
    expect(stdout).toMatch(/✓ zorb\.md is published/);
    expect(stdout).toContain('Take 5 mg of zorbacillin with water.');
    expect(stderr).toMatch(/ended as they should not:\s+broken\.pdf failed: .*damaged/);
    expect(exitCode).toBe(1);
  });
});

function makeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}
