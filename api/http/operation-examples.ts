export interface OperationExamples {
  /** A body that the call takes; a test sends those that need nothing but a fresh system. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What the call answers; a test holds it against the schema. */
  readonly answer?: Readonly<Record<string, unknown>>;
}

const QUESTION = 'adrenaline dose for a child of 8 years';
const DOCUMENT_ID = '7c1f6a52-0f0e-4d38-9a55-0b8a6f1f2a11';
const CHUNK_ID = 'f3a4b8de-6f4c-4c0b-8c8e-6a3f0f7d9b21';
const RUN_ID = '2d6f7f3a-54c7-4b0f-9a6d-1f6d3c0f5e42';

const META = {
  timestamp: '2026-03-02T09:15:04.120Z',
  version: '0.1.0',
  requestId: '0b9d6c1e-8f3a-4c52-9d1b-2f6a7e5c4d3b',
  tookMs: 23,
};

const SEARCH_META = {
  ...META,
  mode: 'hybrid',
  cache: 'miss',
  vectorIndex: {
    model: 'all-MiniLM-L6-v2',
    revision: '1110a243',
    dimensions: 384,
    vectorIndexIds: ['a1d2c3b4-0f2e-4a6b-8c9d-7e6f5a4b3c2d'],
  },
  asOf: '2026-03-02',
};

const ANCHOR = {
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  pages: [4],
  boxes: [{ page: 4, x: 72, y: 310.5, width: 451, height: 38.2 }],
  start: 5120,
  end: 5198,
  sectionPath: ['Anaphylaxis', 'First-line treatment'],
};

const SUPERSESSION = { effectiveFrom: '2025-06-01', superseded: false, supersededBy: null };
const VERSION = { versionId: '5b2e8c9a-1d3f-4e6a-b7c8-9d0e1f2a3b4c', number: 2 };
const CITED = {
  documentId: DOCUMENT_ID,
  externalId: 'anaphylaxis',
  title: 'Emergency treatment of anaphylaxis',
  collection: 'guidelines',
};
const PASSAGE = 'Children of 6 to 12 years: adrenaline 0.3 mg intramuscularly (0.3 ml of 1:1000).';

const HIT = {
  ...CITED,
  recommendation: null,
  recommendations: [],
  chunkId: CHUNK_ID,
  text: PASSAGE,
  tableHeader: null,
  markdown: null,
  sourceType: 'guideline',
  version: VERSION,
  ordinal: 12,
  anchor: ANCHOR,
  publishedOn: '2025-05-20',
  ...SUPERSESSION,
  reviewStatus: 'current',
  partial: false,
  score: 0.97,
  scores: { vector: 0.71, text: 11.4, rerank: null },
  relevance: 0.93,
};

const CITATION = {
  ...CITED,
  recommendation: null,
  recommendations: [],
  number: 1,
  sourceType: 'guideline',
  version: VERSION,
  chunkIds: [CHUNK_ID],
  text: PASSAGE,
  anchor: ANCHOR,
  publishedOn: '2025-05-20',
  ...SUPERSESSION,
  reviewStatus: 'current',
  partial: false,
  warnings: [],
  alsoIn: [],
};

const ACCEPTED = {
  runId: RUN_ID,
  workflowId: `ingest-source:default:${RUN_ID}`,
  sourceId: 'c0a8012e-7b1d-4f6a-9e2c-3d4b5a697887',
  joined: false,
};

const RUN = {
  kind: 'ingest',
  runId: RUN_ID,
  workflowId: ACCEPTED.workflowId,
  sourceId: ACCEPTED.sourceId,
  collection: 'guidelines',
  fileName: 'anaphylaxis.pdf',
  retryOf: null,
  state: 'published',
  stage: 'publish',
  pages: { total: 18, done: 18 },
  records: { total: 0, done: 0 },
  urgent: false,
  acceptedAt: '2026-03-02T09:14:51.004Z',
  finishedAt: '2026-03-02T09:14:58.730Z',
  documents: [
    {
      documentId: DOCUMENT_ID,
      externalId: CITED.externalId,
      title: CITED.title,
      state: 'published',
      screenedWith: null,
    },
  ],
};

const success = (data: object, meta: object = META) => ({ success: true, data, meta });
const accepted = { answer: success(ACCEPTED) };

/** By method and path. */
export const EXAMPLES: Readonly<Record<string, OperationExamples>> = {
  'POST /v1/search': {
    body: { query: QUESTION, collections: ['guidelines'], topK: 3 },
    answer: success({ hits: [HIT], nearMisses: [], confidence: 0.93, answerable: true }, SEARCH_META),
  },
  'POST /v1/context': {
    body: { query: QUESTION, collections: ['guidelines'], maxTokens: 2_000 },
    answer: success(
      {
        text: `<source id="1" title="${CITED.title}" pages="4" published="2025-05-20">\n${PASSAGE}\n</source>`,
        citations: [CITATION],
        omitted: 0,
        confidence: 0.93,
        answerable: true,
      },
      { ...SEARCH_META, tokens: { used: 62, max: 2_000, tokenizer: 'all-MiniLM-L6-v2', exact: true } },
    ),
  },
  'POST /mcp': { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } },
  'GET /v1/chunks/{chunkId}': { answer: success(chunkOf(HIT)) },
  'POST /v1/answers': {
    body: {
      question: QUESTION,
      answer: '0.3 mg intramuscularly [1].',
      chunkIds: [CHUNK_ID],
      subject: 'conversation-4711',
    },
  },
  'POST /v1/answers/lookup': { body: { question: QUESTION, collections: ['guidelines'] } },
  'POST /v1/page-links': {
    body: { pages: [{ chunkId: CHUNK_ID, dpi: 100 }], expiresInSeconds: 900 },
    answer: success({
      links: [
        {
          url: `/v1/chunks/${CHUNK_ID}/page.png?dpi=100&link=tb4xbc.0d2c8f5e-77b1-4a43-9a44-6f0e3c2b1a90.UYJbrJc1pQ9h0e3i6wXk3vT0o1mS5bq8Zf7dLk2AxYc`,
          chunkId: CHUNK_ID,
        },
      ],
      expiresAt: '2026-03-02T09:30:04.000Z',
    }),
  },
  'POST /v1/feedback': { body: { verdict: 'down', query: QUESTION } },
  'POST /v1/golden-questions': {
    body: { collection: 'guidelines', question: QUESTION, phrase: '0.3 mg', withinRank: 5 },
  },
  'POST /v1/golden-questions/check': { body: { collection: 'guidelines' } },
  'POST /v1/documents': accepted,
  'POST /v1/documents/from-uri': {
    body: {
      uri: 's3://team-bucket/guidelines/anaphylaxis.pdf',
      collection: 'guidelines',
      metadata: { externalId: 'anaphylaxis', effectiveFrom: '2025-06-01', supersedes: ['anaphylaxis-2021'] },
    },
    ...accepted,
  },
  'POST /v1/documents/{documentId}/pages/{page}/reread': { body: { method: 'ocr' }, ...accepted },
  'POST /v1/uploads': {
    body: {
      collection: 'guidelines',
      fileName: 'sepsis-2025.pdf',
      sizeBytes: 3_145_728,
      metadata: { externalId: 'sepsis', title: 'Sepsis in adults', effectiveFrom: '2025-06-01' },
    },
  },
  'POST /v1/uploads/{uploadId}/complete': accepted,
  'POST /v1/runs/retries': { body: { code: 'STORE_UNAVAILABLE', collection: 'guidelines' } },
  'GET /v1/runs/{runId}': { answer: success(RUN) },
  'POST /v1/collections': {
    body: { name: 'local_protocols', sourceType: 'guideline', language: 'en', safetyLevel: 'healthcare_provider' },
  },
  'PATCH /v1/collections/{name}': { body: { reviewCycleDays: 365 } },
  'POST /v1/collections/{name}/sync': { body: { uri: 's3://team-bucket/guidelines' } },
  'POST /v1/reviews/{reviewId}/decision': {
    body: { decision: 'redact', reason: 'The name of a patient on page 2.', findings: [0, 3] },
  },
  'POST /v1/reviews/{reviewId}/claim': { body: { minutes: 30 } },
  'POST /v1/reviews/decisions': {
    body: {
      decision: 'approve',
      reason: 'The telephone number of the clinic.',
      filter: { collection: 'guidelines', category: 'phone' },
    },
  },
  'POST /v1/vector-indexes/estimate': { body: { collection: 'guidelines', store: 'pgvector' } },
  'POST /v1/collections/{name}/rescreen': { body: { report: true } },
  'POST /v1/vector-indexes': { body: { collection: 'guidelines', store: 'pgvector', policy: 'ask', keepDays: 7 } },
  'POST /v1/keys': { body: { name: 'chat service', scopes: ['search', 'read'], safetyLevel: 'public' } },
  'PATCH /v1/keys/{keyId}': { body: { plan: 'enterprise' } },
  'PATCH /v1/limits/{plan}': {
    body: { limits: { search: { requests: 600, windowSeconds: 60 } }, monthly: 1_000_000 },
  },
  'POST /v1/webhooks': {
    body: { url: 'https://hooks.example.org/medindex', eventTypes: ['document.withdrawn', 'answer.recalled'] },
  },
  'PATCH /v1/webhooks/{webhookId}': { body: { enabled: true } },
  'POST /v1/webhooks/{webhookId}/rotate': { body: { overlapHours: 24 } },
  'POST /v1/cache/warm': { body: { queries: [QUESTION], collections: ['guidelines'] } },
  'POST /codec/encode': {
    body: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'InRleHQi' }] },
  },
};

/** A passage alone has no place among hits. */
function chunkOf({ score: _score, scores: _scores, relevance: _relevance, ...chunk }: typeof HIT): object {
  return chunk;
}
