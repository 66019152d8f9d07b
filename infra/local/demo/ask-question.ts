import { citation } from '../../../api/cli/search-command.js';
import { printLine, type Terminal, wrap } from '../../../api/cli/terminal.js';
import type { MedindexClient } from '../../../api/client/client.js';
import type { HitBody } from '../../../api/schemas/chunk.js';
import { excerpt } from './excerpt.js';

export interface DemoQuestion {
  readonly question: string;
  readonly collections?: readonly string[];
}

/** Passages shown a question: the answer and one more to compare. */
const SHOWN_HITS = 2;
const EXCERPT_CHARS = 400;

/** Asks a question through the HTTP API and prints the cited passages. Gives whether anything was found. */
export async function askQuestion(input: {
  client: MedindexClient;
  question: DemoQuestion;
  terminal: Terminal;
}): Promise<boolean> {
  const { client, question, terminal } = input;
  const { stdout, width } = terminal;
  const { data, meta } = await client.search({
    query: question.question,
    topK: SHOWN_HITS,
    ...(question.collections ? { collections: [...question.collections] } : {}),
  });
  printLine(stdout);
  printLine(stdout, `? ${question.question}`);
  if (meta.degraded !== undefined) printLine(stdout, `  (${meta.degraded})`);
  if (data.hits.length === 0) printLine(stdout, '  Nothing was found.');
  for (const [index, hit] of data.hits.entries()) {
    printLine(stdout, wrap(excerpt(hit.text, question.question, EXCERPT_CHARS), width, '    '));
    printLine(stdout, `    [${index + 1}] ${citation(hit)}`);
    printLine(
      stdout,
      `        ${hit.collection} · ${hit.externalId} · score ${hit.score.toFixed(2)} · ${foundBy(hit)}`,
    );
  }
  printLine(stdout, `  ${Math.round(meta.tookMs)} ms, ${meta.mode} search`);
  return data.hits.length > 0;
}

function foundBy({ scores }: HitBody): string {
  const vector = scores.vector === null ? null : `vectors (cosine ${scores.vector.toFixed(2)})`;
  const text = scores.text === null ? null : `BM25 (${scores.text.toFixed(1)})`;
  if (vector && text) return `found by both: ${text} and ${vector}`;
  return `found by ${text ?? vector ?? 'neither'} only`;
}
