/**
 * Every way in which an ingest can end badly: a stable code, whether trying again can help, and the sentence that a
 * content editor reads. Sentences are constant: nothing of a document, a file name or a vendor's error gets into them.
 */
interface FailureRule {
  readonly retryable: boolean;
  readonly message: string;
}

export const FAILURES = {
  EMPTY_FILE: { retryable: false, message: 'The file is empty. Upload it again from where it was exported.' },
  FILE_TOO_LARGE: {
    retryable: false,
    message: 'The file is larger than this system accepts. Split it and upload the parts.',
  },
  TOO_MANY_PAGES: {
    retryable: false,
    message: 'The document has more pages than this system accepts. Split it and upload the parts.',
  },
  UNSUPPORTED_TYPE: {
    retryable: false,
    message:
      'The content of this file is of a type that cannot be read. Upload a PDF, DOCX, PPTX, EPUB, PNG, JPEG, TIFF, HTML, Markdown, CSV, plain text or PubMed XML file.',
  },
  PDF_ENCRYPTED: {
    retryable: false,
    message: 'The PDF needs a password to be opened. Upload a copy without a password.',
  },
  PDF_DAMAGED: {
    retryable: false,
    message: 'The PDF is damaged or cut off and cannot be opened. Export or download it again.',
  },
  PDF_XFA_FORM: {
    retryable: false,
    message:
      'The PDF is a form that only Adobe’s programs can show: its pages hold nothing but a notice. Open it there, print it to a PDF, and upload that.',
  },
  PDF_PORTFOLIO: {
    retryable: false,
    message:
      'The PDF is a portfolio: its content is in the files attached to it, and its page is only a cover. Save the attached files and upload them one by one.',
  },
  IMAGE_DAMAGED: {
    retryable: false,
    message: 'The picture is damaged or cut off and cannot be opened. Scan or export it again.',
  },
  IMAGE_TOO_LARGE: {
    retryable: false,
    message: 'The picture has more pixels than this system accepts. Scan or export it at 300 dpi.',
  },
  IMAGE_UNSUPPORTED: {
    retryable: false,
    message: 'The picture is packed in a way that cannot be read. Save it as PDF, PNG or JPEG and upload that.',
  },
  XML_DAMAGED: {
    retryable: false,
    message: 'The XML is damaged or cut off. Records before the damage were read; download the file again.',
  },
  XML_NOT_PUBMED: {
    retryable: false,
    message:
      'The XML file holds neither PubMed records nor articles of PMC. Export it from PubMed in the format "PubMed XML".',
  },
  ARCHIVE_OF_FILES: {
    retryable: false,
    message:
      'This is an archive with files in it, and none of them was read. Unpack it and upload the files themselves, or the folder that it gives.',
  },
  ARCHIVE_DAMAGED: { retryable: false, message: 'The compressed file is damaged or cut off. Download it again.' },
  ARCHIVE_TOO_LARGE: {
    retryable: false,
    message: 'The compressed file unpacks to more than this system accepts. Split it and upload the parts.',
  },
  ARCHIVE_UNSAFE: {
    retryable: false,
    message:
      'The file is packed in a way that is used for attacks: with names that lead out of it, or with definitions of its own. Export it again from where it was written.',
  },
  OFFICE_ENCRYPTED: {
    retryable: false,
    message: 'The file needs a password to be opened. Upload a copy without a password.',
  },
  TEXT_UNREADABLE: {
    retryable: false,
    message: 'The text of this file is in an encoding that cannot be read. Save it as UTF-8 and upload it again.',
  },
  NO_TEXT_FOUND: {
    retryable: false,
    message: 'No text was found in this document, neither as text nor in its images.',
  },
  WORDS_LOST: {
    retryable: false,
    message:
      'Some words of this document were not read; its account tells on which pages or in which parts. Nothing was published: look at these places, then publish it as it is, or upload a corrected file.',
  },
  PAGES_FAILED: {
    retryable: false,
    message:
      'Some pages could not be read; see the page list for each reason. Nothing was published: read those pages again or publish without them.',
  },
  GOLDEN_ANSWER_LOST: {
    retryable: false,
    message:
      'This version no longer holds the answer to a golden question that guards it, so the version before stays published. The list of golden questions says which ("heldBack"): correct the document, or change or remove the question, and try again.',
  },
  PAGES_GONE: {
    retryable: false,
    message: 'How the other pages of this document were read is no longer stored. Upload the file again.',
  },
  PAGE_UNREADABLE: { retryable: false, message: 'This page is damaged and could not be read.' },
  PAGE_ILLEGIBLE: {
    retryable: false,
    message:
      'Text recognition could make out hardly a word on this page. Look at it, and scan it again: upright, darker, sharper.',
  },
  PAGE_RENDER_FAILED: { retryable: false, message: 'This page could not be drawn for text recognition.' },
  TEXT_UNWORKABLE: {
    retryable: false,
    message:
      'The text of this document stopped the system several times while it was screened or cut. Look for endless repetition in it, or split it and upload the parts.',
  },
  OCR_FAILED: { retryable: true, message: 'Text recognition failed on this page.' },
  PARSER_TIMEOUT: {
    retryable: false,
    message: 'Reading this file took longer than allowed; it is probably damaged. Export it again.',
  },
  PARSER_OUT_OF_MEMORY: {
    retryable: false,
    message: 'Reading this file took more memory than allowed. Split it and upload the parts.',
  },
  PARSER_CRASHED: { retryable: true, message: 'The reader of this file type stopped unexpectedly.' },
  RECORDS_FAILED: {
    retryable: false,
    message:
      'Some records of this file could not be read; the others were published. Correct the file and upload it again.',
  },
  RECORDS_UNREADABLE: {
    retryable: false,
    message:
      'No record of this file could be read, and nothing was published; the list of its records says why. Correct the file and upload it again.',
  },
  SUPERSESSION_CIRCULAR: {
    retryable: false,
    message:
      'This document says that it supersedes itself, or one that supersedes it. Nothing was published. Correct "supersedes" and upload it again.',
  },
  DOCUMENT_DELETED: { retryable: false, message: 'The document was deleted while it was being read.' },
  COLLECTION_MISSING: { retryable: false, message: 'The collection of this document no longer exists.' },
  OBJECT_MISSING: { retryable: false, message: 'The stored file is gone. Upload it again.' },
  OBJECT_CORRUPT: {
    retryable: false,
    message: 'The stored file no longer has the content that was uploaded. Upload it again.',
  },
  KEY_MISSING: {
    retryable: false,
    message: 'A stored object was sealed with an encryption key that this system does not have.',
  },
  MODEL_MISMATCH: {
    retryable: false,
    message:
      'The embedding model differs from the one this collection was indexed with. Set the former model again; an operator can move the vectors to the new one: npx medindex index build.',
  },
  MODEL_MISSING: {
    retryable: false,
    message:
      'This system does not have the embedding model that the collection was made with. An operator adds it with EMBEDDING_MODELS.',
  },
  PHI_DETECTOR_UNAVAILABLE: {
    retryable: true,
    message: 'The model that looks for names of patients cannot be reached at the moment.',
  },
  EMBEDDING_UNAVAILABLE: { retryable: true, message: 'The embedding model cannot be reached at the moment.' },
  RERANKER_UNAVAILABLE: { retryable: true, message: 'The reranker cannot be reached at the moment.' },
  EMBEDDING_MISCONFIGURED: {
    retryable: false,
    message:
      'The embedding service turns this system away: its key, address or model is wrong, or its account is closed. An operator corrects EMBEDDING_API_KEY, EMBEDDING_BASE_URL or EMBEDDING_MODEL; then retry.',
  },
  EMBEDDING_REFUSED: {
    retryable: false,
    message: 'The embedding model refuses the text of this document. Look for passages that are not readable text.',
  },
  ENGINE_UNAVAILABLE: { retryable: true, message: 'The workflow engine cannot be reached at the moment.' },
  STORE_UNAVAILABLE: { retryable: true, message: 'The object store cannot be reached at the moment.' },
  DATABASE_UNAVAILABLE: { retryable: true, message: 'The database cannot be reached at the moment.' },
  VECTOR_STORE_UNAVAILABLE: { retryable: true, message: 'The store of vectors cannot be reached at the moment.' },
  SOURCE_LOCATION_INVALID: {
    retryable: false,
    message: 'The location is neither s3://bucket/prefix nor file:///folder. Correct it and start again.',
  },
  SOURCE_NOT_ALLOWED: {
    retryable: false,
    message:
      'This system may not read that location. An operator allows locations with MEDINDEX_SOURCE_ROOTS; where medindex keeps its own data is never one.',
  },
  SOURCE_MISSING: {
    retryable: false,
    message: 'There is no such bucket, folder or file. Nothing was withdrawn. Check the location.',
  },
  SOURCE_FORBIDDEN: {
    retryable: false,
    message: 'Access to this bucket, folder or file was denied. Nothing was withdrawn. Ask its owner for read access.',
  },
  SOURCE_CHANGED: {
    retryable: false,
    message: 'The file was changed while it was being fetched. The next sync reads it.',
  },
  SOURCE_UNREACHABLE: {
    retryable: true,
    message: 'The bucket or folder could not be read. Nothing was withdrawn. Start the sync again later.',
  },
  SOURCES_FAILED: {
    retryable: false,
    message: 'Some files could not be read; the others are in the index. See the list for each reason.',
  },
  SOURCES_CANCELLED: {
    retryable: false,
    message: 'Some files were cancelled before they were in the index; the others are in it. Sync again to read them.',
  },
  SOURCES_WAITING: {
    retryable: false,
    message:
      'Some files wait for a person: held for review, with pages that could not be read, or with records that are gone. The others are in the index.',
  },
  RECORDS_GONE: {
    retryable: false,
    message:
      'Unusually many records are gone from this file, so they were kept. If that is right, sync again and confirm the withdrawals.',
  },
  WITHDRAWALS_UNCONFIRMED: {
    retryable: false,
    message:
      'Unusually many files are gone from the location, so their documents were kept. If that is right, sync again and confirm the withdrawals.',
  },
  ERASURE_UNDER_WAY: {
    retryable: true,
    message: 'A former version of the document is being erased. It is tried again in a moment.',
  },
  REVIEW_DECIDED: { retryable: false, message: 'This review was decided already, or is being decided at this moment.' },
  REVIEW_OVER: {
    retryable: false,
    message: 'Nobody need decide on this version any more: a newer one took its place, or the document was deleted.',
  },
  REVIEW_CLAIMED: {
    retryable: false,
    message: 'Another reviewer works on this review. Wait until the claim ends, or ask its holder to give it back.',
  },
  REVIEW_NEEDS_ANOTHER: {
    retryable: false,
    message: 'In this collection two people have to decide the same, and you were the first. Ask another reviewer.',
  },
  MOVE_INCOMPLETE: {
    retryable: false,
    message:
      'The new vector index does not have all vectors yet, or was not compared yet. Wait until its run is at the stage decide.',
  },
  MOVE_IS_LIVE: {
    retryable: false,
    message: 'The new vector index is searched already. Roll it back first, or let the move come to its end.',
  },
  MOVE_NOT_LIVE: {
    retryable: false,
    message: 'The new vector index is not searched, so there is nothing to roll back or to finish.',
  },
  MOVE_OVER: { retryable: false, message: 'This move has ended, or somebody decides about it at this moment.' },
  RESCREEN_INCOMPLETE: {
    retryable: false,
    message:
      'Some documents could not be screened again, and stay live as they were. Send their files again, which reads and screens them anew.',
  },
  WORKFLOW_ENDED: { retryable: false, message: 'The work on this file was ended from outside. Retry it.' },
  INTERNAL: { retryable: true, message: 'Something unexpected happened while this file was being read.' },
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof FAILURES;

/**
 * Failures that say nothing of the file itself: access, settings, outages, and what waits for a word of a person. A sync
 * tries such a file again every time, where others wait until the file or the way it is read has changed.
 */
const NOT_THE_FILE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'COLLECTION_MISSING',
  'OBJECT_MISSING',
  'OBJECT_CORRUPT',
  'KEY_MISSING',
  'MODEL_MISMATCH',
  'MODEL_MISSING',
  'EMBEDDING_UNAVAILABLE',
  'EMBEDDING_MISCONFIGURED',
  'RERANKER_UNAVAILABLE',
  'ENGINE_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'VECTOR_STORE_UNAVAILABLE',
  'SOURCE_LOCATION_INVALID',
  'SOURCE_NOT_ALLOWED',
  'SOURCE_MISSING',
  'SOURCE_FORBIDDEN',
  'SOURCE_CHANGED',
  'SOURCE_UNREACHABLE',
  'RECORDS_GONE',
  'ERASURE_UNDER_WAY',
  'GOLDEN_ANSWER_LOST',
  'WORKFLOW_ENDED',
]);

/** Not passing by themselves, but mended without another file: by an operator, by another machine, by a word of a person. */
const MENDED_ELSEWHERE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'KEY_MISSING',
  'MODEL_MISMATCH',
  'MODEL_MISSING',
  'EMBEDDING_MISCONFIGURED',
  'GOLDEN_ANSWER_LOST',
  'WORKFLOW_ENDED',
  // Recognition of a page may have failed in passing, and a busy machine misses a deadline sooner.
  'PAGES_FAILED',
  'PARSER_TIMEOUT',
]);

/** Whether another try of the same bytes can end otherwise. What this denies needs another file. */
export function canRetryHelp(code: FailureCode): boolean {
  return FAILURES[code].retryable || MENDED_ELSEWHERE.has(code);
}

/** Something that the file needs is not there at the moment: to be waited for, and to be told to operators. */
export function isOutage(code: FailureCode): boolean {
  return FAILURES[code].retryable && NOT_THE_FILE.has(code);
}

export function isOfTheFile(code: FailureCode): boolean {
  return !NOT_THE_FILE.has(code);
}

export function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}

export interface FailureOptions {
  /** For operators: place and numbers, such as `[bucket=…, status=503]`; never text of a document or a file name. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** How long a server that turned us away asks us to stay away; whoever tries again waits for so long at least. */
  readonly retryAfterMs?: number;
}

/**
 * The one error that adapters throw. `message` is the constant sentence of the code plus the operator's detail, so it
 * may be logged; `sentence` is what a content editor is shown.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, options: FailureOptions = {}) {
    super(
      options.detail ? `${code} [${options.detail}]` : code,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
  }

  get sentence(): string {
    return FAILURES[this.code].message;
  }

  get retryable(): boolean {
    return FAILURES[this.code].retryable;
  }
}
