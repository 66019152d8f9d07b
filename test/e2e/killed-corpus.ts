import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { UploadInput } from '../../api/client/file-client.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';

/** Enough records for two of the workflow’s batches of 500. */
const RECORDS = 700;
const SECTIONS = 24;

/**
 * What is ingested while processes die: the demo's corpus (text PDFs, scans, PubMed, Markdown, a note that is held), and
 * beside it a PubMed file of several batches and a guideline of many chunks, so that there is a middle to be killed in.
 */
export async function killedCorpus(folder: string): Promise<UploadInput[]> {
  await mkdir(folder, { recursive: true });
  const records = join(folder, 'records.xml');
  const guideline = join(folder, 'long-guideline.md');
  await writeFile(records, pubmedFile());
  await writeFile(guideline, longGuideline());
  return [
    upload(records, 'pubmed_abstracts'),
    upload(guideline, 'guidelines'),
    ...(await demoCorpus(join(PROJECT_ROOT, 'infra/local/demo/corpus'))),
  ];
}

/** More than a batch of small sources, so that a sync has a middle to be killed in. */
const TOPICS = 90;

/** What lies in the bucket that is synced: name → content. */
export function syncedTopics(): Map<string, string> {
  return new Map(
    Array.from({ length: TOPICS }, (_, index) => {
      const paragraphs = [0, 1, 2].map((part) => `Patients ask about ${prose(20_000 + index * 3 + part)}.`);
      return [`topic-${String(index).padStart(3, '0')}.md`, `# Topic ${index}\n\n${paragraphs.join('\n\n')}\n`];
    }),
  );
}

/** Documents of the made files; those of the demo's are counted by the undisturbed run. */
export const MADE_DOCUMENTS = RECORDS + 1 + TOPICS;

async function demoCorpus(folder: string): Promise<UploadInput[]> {
  const uploads: UploadInput[] = [];
  for (const collection of await readdir(folder)) {
    for (const file of await readdir(join(folder, collection)))
      uploads.push(upload(join(folder, collection, file), collection));
  }
  return uploads;
}

function upload(path: string, collection: string): UploadInput {
  return { path, collection, fileName: basename(path), externalId: `killed:${basename(path)}` };
}

const DRUGS = ['zorbacillin', 'mirtolol', 'quavastatin', 'peldomycin'];
const WORDS =
  `adherence albumin anaemia angina appetite asthma bleeding bradycardia breathing bruising clearance cough creatinine
  cramps delirium diarrhoea dizziness dosing dyspnoea exercise falls fatigue fever fracture gout headache hydration
  hypotension infection insomnia itching jaundice lactate lethargy liver migraine morning nausea neuropathy night oedema
  oral pain palpitations potassium pregnancy pulse rash reflux renal seizure sepsis sleep sodium stroke sweating swelling
  syncope thirst tinnitus tremor ulcer urgency vision vomiting weakness weight wheeze`.split(/\s+/);

/** Of records and topics, of which there are many: long texts would spend the time of this test on their vectors. */
const FEW_WORDS = 12;
const MANY_WORDS = 60;

/** Words in an order and number that depend on the seed alone, so that no two passages score alike in a search. */
function prose(seed: number, words = FEW_WORDS): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (below: number) => {
    // Park & Miller's minimal standard generator (1988).
    state = ((state % 2_147_483_647) * 48_271) % 2_147_483_647;
    return Math.abs(state) % below;
  };
  return Array.from({ length: words / 3 + next(words) }, () => WORDS[next(WORDS.length)]).join(' ');
}

function pubmedFile(): string {
  const articles = Array.from(
    { length: RECORDS },
    (_, index) => `<PubmedArticle><MedlineCitation><PMID Version="1">${90_000_000 + index}</PMID><Article>
<Journal><Title>Journal of Invented Trials</Title><JournalIssue><PubDate><Year>${1990 + (index % 30)}</Year></PubDate></JournalIssue></Journal>
<ArticleTitle>Trial ${index} of ${DRUGS[index % DRUGS.length]} in adults</ArticleTitle>
<Abstract><AbstractText Label="METHODS">Trial number ${index} looked at ${prose(index)}.</AbstractText>
<AbstractText Label="RESULTS">There was less ${prose(index + RECORDS)}.</AbstractText></Abstract>
</Article></MedlineCitation></PubmedArticle>`,
  );
  return `<?xml version="1.0"?>\n<PubmedArticleSet>\n${articles.join('\n')}\n</PubmedArticleSet>\n`;
}

function longGuideline(): string {
  const sections = Array.from(
    { length: SECTIONS },
    (_, index) =>
      `## ${index + 1} Recommendation ${index + 1}\n\n${[0, 1, 2].map((part) => `Offer a review of ${prose(10_000 + index * 3 + part, MANY_WORDS)}.`).join('\n\n')}`,
  );
  return `# A guideline of many sections\n\n${sections.join('\n\n')}\n`;
}
