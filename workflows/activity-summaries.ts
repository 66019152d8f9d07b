import type { EmbedActivities } from '../activities/embed-activities.js';
import type { IoActivities } from '../activities/io-activities.js';
import type { OcrActivities } from '../activities/ocr-activities.js';

type Named = keyof IoActivities | keyof OcrActivities | keyof EmbedActivities;

/** What the Temporal UI shows beside the name of an activity. The same words always, as they must tell nothing of a file. */
export const ACTIVITY_SUMMARIES: Readonly<Record<Named, string>> = {
  inspectSource: 'Hash the file, tell its type, check its limits',
  readText: 'Read a text file',
  readPages: 'Read the next pages',
  carryPages: 'Take over the pages that are not read again',
  assembleDocument: 'Put the pages together',
  readRecords: 'Read the next records',
  recognisePages: 'Read pages by OCR',
  screenBatch: 'Look for patient data',
  chunkBatch: 'Cut into passages and write them',
  embedChunks: 'Make vectors',
  publishVersions: 'Publish',
  failVersions: 'Mark versions as failed',
  settleRun: 'End the run',
  compareSources: 'List files and compare them with the catalog',
  readSources: 'Read a batch of small files',
  prepareBatch: 'Screen and cut a batch of small files',
  publishBatch: 'Publish a batch of small files',
  separateRuns: 'Give files a workflow of their own',
  withdrawMissing: 'Withdraw what is gone',
  settleSync: 'End the sync',
  settleUnread: 'End a run that cannot be read',
  beginReview: 'Open the review',
  decideReview: 'Write the decision down',
  recordOpinion: 'Write an opinion down',
  recordClaim: 'Write a claim down',
  noticeReview: 'Mark the review as overdue',
  prepareReviewed: 'Make the reviewed reading ready',
  settleReview: 'End the review',
  reconcileRuns: 'Bring runs and workflows together',
  startErasures: 'Look for what is due for erasure',
  eraseDocuments: 'Erase a batch of documents',
  settleErasure: 'End the erasure',
  listOrganizations: 'List organizations',
  sweepOrphans: 'Remove what a crash left in the stores',
  maintainVectorIndexes: 'Build indexes of vectors that are due',
  findUnfilled: 'Look for passages without vectors',
  fillVectors: 'Make vectors that are missing',
  findDueGoldenChecks: 'Look for golden questions that are to be asked',
  checkGoldenQuestions: 'Ask the next golden questions',
  settleGoldenCheck: 'End a check of golden questions',
};
