import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  SHOWN_ACT_KINDS,
  DOCUMENT_STATES,
  GOLDEN_GATES,
  KEY_SCOPES,
  PAGE_METHODS,
  PHI_POLICIES,
  QUERY_SCREENINGS,
  RECORD_OUTCOMES,
  SAFETY_LEVELS,
  SOURCE_TYPES,
} from '../../core/contract/states.js';
import { MOVE_POLICIES, MOVE_VERDICTS, type MoveVerdict } from '../../core/contract/move-messages.js';
import { VECTOR_STORES } from '../../core/ports/vector-index.js';
import { CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
import { PHI_CATEGORIES } from '../../core/contract/finding.js';
import { EVIDENCE_CERTAINTIES, RECOMMENDATION_STRENGTHS } from '../../core/contract/recommendation.js';
import { REMEMBER_SCOPES, REVIEW_STATES } from '../../core/contract/review-messages.js';
import { WEBHOOK_DELIVERY_STATES, WEBHOOK_EVENT_TYPES } from '../../core/contract/webhooks.js';
import { calendarDay } from '../../core/reading/facts/calendar-day.js';
import { MAX_TOP_K } from '../schemas/search.js';
import { type CollectionOptions, createCollection, listCollections, updateCollection } from './collection-commands.js';
import { connect, type ConnectionOptions } from './connection.js';
import { explainError } from './explain-error.js';
import { publishPartial, rereadPage, type RereadOptions } from './document-commands.js';
import {
  addGoldenQuestion,
  type AddGoldenOptions,
  checkGoldenQuestions,
  listGoldenQuestions,
  type ListGoldenOptions,
  removeGoldenQuestion,
} from './golden-commands.js';
import { ingest, type IngestOptions } from './ingest-command.js';
import { fetchCertificate, showAccount, verifyCertificate } from './certificate-commands.js';
import {
  buildIndex,
  type BuildOptions,
  compareIndex,
  decideIndex,
  estimateIndex,
  showIndexes,
  type TargetOptions,
} from './index-commands.js';
import { createKey, type CreateKeyOptions, listKeys, revokeKey } from './key-commands.js';
import {
  claimReview,
  type DecideOptions,
  decideReviews,
  listReviews,
  type ListReviewsOptions,
  showReview,
} from './review-commands.js';
import { cancelRun, retryRun } from './run-commands.js';
import { listDocuments, type ListDocumentsOptions } from './list-documents.js';
import { type ChangesOptions, showChanges } from './show-changes.js';
import { search, type SearchOptions } from './search-command.js';
import {
  confirmDocument,
  deleteDocument,
  downloadDocument,
  showDocument,
  showPages,
  showVersions,
} from './show-document.js';
import { status, type StatusOptions } from './status-command.js';
import { rescreen, type RescreenOptions } from './rescreen-command.js';
import { sync, type SyncOptions } from './sync-command.js';
import { printLine, type Terminal } from './terminal.js';
import {
  addWebhook,
  type AddWebhookOptions,
  listDeliveries,
  type ListDeliveriesOptions,
  listWebhooks,
  redeliver,
  removeWebhook,
  rotateWebhook,
  switchWebhook,
  testWebhook,
} from './webhook-commands.js';

const DOCUMENT_ARGUMENT = 'its id, external id, file name, or part of its title';

export interface CliInput {
  /** Without node and script. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
}

/** Runs one command. Returns the exit code: 0 done, 1 not all well, 2 the command itself was wrong. */
export async function runCli({ args, env, terminal }: CliInput): Promise<number> {
  let exitCode = 0;
  const program = new Command('medindex')
    .description('Sends documents into medindex, asks it questions, and shows how things stand.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });

  connectable(program.command('ingest'))
    .description('send files, and folders with all that is in them; or name objects, as s3://bucket/key')
    .argument('<path...>', 'files, folders, or s3:// and file:// URIs of single objects')
    .requiredOption('--collection <name>', 'collection that they belong to')
    .option('--external-id <id>', 'your own id of the document (one file only)')
    .option('--title <title>', 'title of the document (one file only)')
    .option('--issuer <name>', 'who issued it')
    .option('--edition <text>', 'its edition, as printed (one file only)')
    .option('--effective-from <day>', 'first day on which it counts, as 2025-06-01 (one file only)', toDay)
    .option(
      '--supersedes <name...>',
      'those whose place it takes: document ids, external ids or file names (one file only)',
    )
    .option('--supersedes-later', 'what it takes the place of may come after it', false)
    .option('--supersedes-nothing', "it takes nobody's place any more (one file only)")
    .option('--urgent', 'before all that is not urgent', false)
    .option('--wait', 'follow each file to its end', false)
    .action(async (paths: string[], options: IngestOptions & ConnectionOptions) => {
      exitCode = await ingest({ client: await connect(options, env), paths, options, terminal, env });
    });

  connectable(program.command('sync'))
    .description('keep a bucket prefix (s3://bucket/prefix) or a folder and a collection the same')
    .argument('<location>', 's3://bucket/prefix, file:///folder, or a path (of the machine that medindex runs on)')
    .requiredOption('--collection <name>', 'collection to keep')
    .option(
      '--max-withdrawn-share <share>',
      'ask when more than this share of the files is gone (default 0.5)',
      toShare,
    )
    .option('--confirm-withdrawals', 'withdraw what is gone, however much it is', false)
    .option('--no-wait', 'start it and leave')
    .action(async (location: string, options: SyncOptions & ConnectionOptions) => {
      exitCode = await sync({ client: await connect(options, env), location, options, terminal });
    });

  connectable(program.command('rescreen'))
    .description('screen what is live in a collection again, and hold what is found now')
    .argument('<collection>')
    .option('--report', 'hold nothing, only count what would be held', false)
    .option('--all', 'also what was screened by the present screen', false)
    .option('--no-wait', 'start it and leave')
    .action(async (collection: string, options: RescreenOptions & ConnectionOptions) => {
      exitCode = await rescreen({ client: await connect(options, env), collection, options, terminal });
    });

  connectable(program.command('search'))
    .description('ask a question; prints passages and where they stand')
    .argument('<question>')
    .option('--collection <name...>', 'search these collections only')
    .option('--top <number>', 'how many passages', toTop, 5)
    .option('--as-of <day>', 'what was in force on this day, as 2024-12-01 (default: today)', toDay)
    .option('--include-superseded', 'also what another document took the place of', false)
    .addOption(
      new Option('--strength <strength...>', 'only what is recommended with one of these').choices(
        RECOMMENDATION_STRENGTHS,
      ),
    )
    .addOption(
      new Option('--certainty <certainty...>', 'only what is recommended by evidence of one of these').choices(
        EVIDENCE_CERTAINTIES,
      ),
    )
    .option('--json', 'the whole answer as JSON', false)
    .action(async (question: string, options: SearchOptions & ConnectionOptions) => {
      exitCode = await search({ client: await connect(options, env), question, options, terminal });
    });

  connectable(program.command('status'))
    .description('how a run stands, or the newest runs')
    .argument('[runId]')
    .addOption(new Option('--records [outcome]', 'what became of every record of the run').choices(RECORD_OUTCOMES))
    .addOption(
      new Option('--kind <kind>', 'of the newest runs those of one kind').choices(['ingest', ...SHOWN_ACT_KINDS]),
    )
    .action(async (runId: string | undefined, options: StatusOptions & ConnectionOptions) => {
      exitCode = await status({ client: await connect(options, env), runId, options, terminal });
    });

  connectable(program.command('cancel'))
    .description('stop a run that is under way')
    .argument('<runId>')
    .action(async (runId: string, options: ConnectionOptions) => {
      exitCode = await cancelRun({ client: await connect(options, env), runId, terminal });
    });

  connectable(program.command('retry'))
    .description('try a run again that failed, was cancelled or needs attention')
    .argument('<runId>')
    .option('--wait', 'follow it to its end', false)
    .action(async (runId: string, options: { wait: boolean } & ConnectionOptions) => {
      exitCode = await retryRun({ client: await connect(options, env), runId, options, terminal });
    });

  connectable(program.command('reread'))
    .description('read one page of a document again, by its text layer (native) or by OCR')
    .argument('<document>', DOCUMENT_ARGUMENT)
    .argument('<page>', 'its number, from 1', toCount)
    .addOption(new Option('--by <method>', 'how').choices(PAGE_METHODS).makeOptionMandatory())
    .option('--wait', 'follow it to its end', false)
    .action(async (document: string, page: number, options: RereadOptions & ConnectionOptions) => {
      exitCode = await rereadPage({ client: await connect(options, env), document, page, options, terminal });
    });

  connectable(program.command('publish-partial'))
    .description('publish a document without the pages that could not be read')
    .argument('<document>', DOCUMENT_ARGUMENT)
    .action(async (document: string, options: ConnectionOptions) => {
      exitCode = await publishPartial({ client: await connect(options, env), document, terminal });
    });

  connectable(program.command('documents'))
    .description('list documents, newest first')
    .option('--collection <name>', 'of this collection only')
    .addOption(new Option('--state <state>', 'that stand so').choices(DOCUMENT_STATES))
    .option('--named <words>', 'whose title or external id holds this')
    .option('--since <day>', 'changed on this day or later, as 2025-06-01', toDay)
    .option('--until <day>', 'changed on this day or before', toDay)
    .option('--superseded', 'whose place another document has')
    .option('--review-due', 'that have to be looked over again, by the review cycle of their collection')
    .option('--all', 'all of them, not only the newest 50', false)
    .action(async (options: ListDocumentsOptions & ConnectionOptions) => {
      exitCode = await listDocuments({ client: await connect(options, env), options, terminal });
    });

  for (const [verb, words, act] of [
    ['show', 'how a document stands, how its pages were read, and what was found in it', showDocument],
    ['pages', 'how each page of a document was read, and why so', showPages],
    ['versions', 'all versions of a document', showVersions],
    ['account', 'what became of every word of the file that a document was read from', showAccount],
    [
      'confirm',
      'say that you looked a document over and that it still holds: its review cycle begins again',
      confirmDocument,
    ],
    ['delete', 'take a document out: it is no longer found at once', deleteDocument],
  ] as const) {
    connectable(program.command(verb))
      .description(words)
      .argument('<document>', DOCUMENT_ARGUMENT)
      .action(async (document: string, options: ConnectionOptions) => {
        exitCode = await act({ client: await connect(options, env), document, terminal });
      });
  }

  connectable(program.command('changes'))
    .description('what a document says otherwise than its version before: changed numbers first')
    .argument('<document>', DOCUMENT_ARGUMENT)
    .option('--from <number>', 'the earlier version (default: the one published before)', toCount)
    .option('--to <number>', 'the later version (default: the one that searches find)', toCount)
    .option('--with <document>', 'compare with another document, such as the edition whose place this one takes')
    .action(async (document: string, options: ChangesOptions & ConnectionOptions) => {
      exitCode = await showChanges({ client: await connect(options, env), document, options, terminal });
    });

  connectable(program.command('download'))
    .description('fetch the file that a document was read from')
    .argument('<document>', DOCUMENT_ARGUMENT)
    .option('--output <path>', 'folder or file to write to (default: this folder)')
    .action(async (document: string, options: { output?: string } & ConnectionOptions) => {
      exitCode = await downloadDocument({ client: await connect(options, env), document, options, terminal });
    });

  connectable(program.command('certificate'))
    .description('the signed certificate of a document: hashes of file, pages and words')
    .argument('<document>', DOCUMENT_ARGUMENT)
    .option('--output <path>', 'file to write to (default: the terminal)')
    .action(async (document: string, options: { output?: string } & ConnectionOptions) => {
      exitCode = await fetchCertificate({ client: await connect(options, env), document, options, terminal });
    });

  program
    .command('verify')
    .description('check a certificate and the file that it is of; needs no system where the public key is given')
    .argument('<certificate>', 'file that holds it')
    .argument('<file>', 'what was read')
    .option('--key <public key>', 'the key that is trusted, in base64 or in a file (default: that of the system)')
    .option('--url <url>', 'address of the system whose key is trusted (default: MEDINDEX_URL, or the local stack)')
    .action(async (certificate: string, file: string, { key, ...options }: { key?: string; url?: string }) => {
      const client = () => connect(options, env);
      exitCode = await verifyCertificate({ certificate, file, key, client, terminal });
    });

  const keys = program.command('keys').description('keys to the API (with an admin key)');
  connectable(keys.command('create'))
    .description('make a key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(KEY_SCOPES).makeOptionMandatory())
    .option('--collection <name...>', 'only these collections')
    .addOption(
      new Option('--safety-level <level>', 'documents up to this level (default public)').choices(SAFETY_LEVELS),
    )
    .option('--expires-days <days>', 'how long it holds', toCount)
    .action(async (options: CreateKeyOptions & ConnectionOptions) => {
      exitCode = await createKey({ client: await connect(options, env), options, terminal });
    });
  connectable(keys.command('list'))
    .description('the keys that there are, without what they are')
    .action(async (options: ConnectionOptions) => {
      exitCode = await listKeys({ client: await connect(options, env), terminal });
    });
  connectable(keys.command('revoke'))
    .description('end a key')
    .argument('<keyId>')
    .action(async (keyId: string, options: ConnectionOptions) => {
      exitCode = await revokeKey({ client: await connect(options, env), keyId, terminal });
    });

  const webhooks = program.command('webhooks').description('who is told of what happens (with an admin key)');
  connectable(webhooks.command('list'))
    .description('the webhooks that there are, without their secrets')
    .action(async (options: ConnectionOptions) => {
      exitCode = await listWebhooks({ client: await connect(options, env), terminal });
    });
  connectable(webhooks.command('add'))
    .description('add one; its secret is shown once')
    .argument('<address>', 'where messages are sent to')
    .addOption(new Option('--event <type...>', 'what it is told of (default: all)').choices(WEBHOOK_EVENT_TYPES))
    .option('--collection <name...>', 'only of what happens in these collections')
    .option('--description <text>', 'for people who look at the list')
    .action(async (url: string, options: AddWebhookOptions & ConnectionOptions) => {
      exitCode = await addWebhook({ client: await connect(options, env), url, options, terminal });
    });
  connectable(webhooks.command('rotate'))
    .description('give one another secret')
    .argument('<webhookId>')
    .option('--overlap <hours>', 'how long the former one signs too (default 24)', toCountFromZero)
    .action(async (webhookId: string, options: { overlap?: number } & ConnectionOptions) => {
      const { overlap } = options;
      const client = await connect(options, env);
      exitCode = await rotateWebhook({ client, webhookId, terminal, ...(overlap === undefined ? {} : { overlap }) });
    });
  for (const [name, enabled, what] of [
    ['enable', true, 'send what waits, and what comes'],
    ['disable', false, 'send nothing for now; what happens waits'],
  ] as const) {
    connectable(webhooks.command(name))
      .description(what)
      .argument('<webhookId>')
      .action(async (webhookId: string, options: ConnectionOptions) => {
        exitCode = await switchWebhook({ client: await connect(options, env), webhookId, enabled, terminal });
      });
  }
  connectable(webhooks.command('test'))
    .description('send it a webhook.test')
    .argument('<webhookId>')
    .action(async (webhookId: string, options: ConnectionOptions) => {
      exitCode = await testWebhook({ client: await connect(options, env), webhookId, terminal });
    });
  connectable(webhooks.command('deliveries'))
    .description('what became of its messages, the newest first')
    .argument('<webhookId>')
    .addOption(new Option('--state <state>', 'that stand so').choices(WEBHOOK_DELIVERY_STATES))
    .option('--limit <number>', 'how many (default 50)', toCount)
    .action(async (webhookId: string, options: ListDeliveriesOptions & ConnectionOptions) => {
      exitCode = await listDeliveries({ client: await connect(options, env), webhookId, options, terminal });
    });
  connectable(webhooks.command('redeliver'))
    .description('send a message again')
    .argument('<webhookId>')
    .argument('<deliveryId>')
    .action(async (webhookId: string, deliveryId: string, options: ConnectionOptions) => {
      exitCode = await redeliver({ client: await connect(options, env), webhookId, deliveryId, terminal });
    });
  connectable(webhooks.command('remove'))
    .description('remove one, with its deliveries')
    .argument('<webhookId>')
    .action(async (webhookId: string, options: ConnectionOptions) => {
      exitCode = await removeWebhook({ client: await connect(options, env), webhookId, terminal });
    });

  const collections = program.command('collections').description('what kinds of documents there are, and their policy');
  connectable(collections.command('list'))
    .description('all that the key sees')
    .action(async (options: ConnectionOptions) => {
      exitCode = await listCollections({ client: await connect(options, env), terminal });
    });
  for (const [verb, words, act] of [
    ['create', 'declare a collection (with an admin key)', createCollection],
    ['update', 'change a collection: its policy, who may see it, when its documents are looked over', updateCollection],
  ] as const) {
    const command = collections.command(verb);
    if (verb === 'create') command.option('--embedding-model <name>', 'model of its vectors, for good');
    connectable(command)
      .description(words)
      .argument('<name>')
      .addOption(new Option('--source-type <type>', 'kind of documents').choices(SOURCE_TYPES))
      .option('--language <tag>', 'primary tag, e.g. en')
      .addOption(new Option('--phi-policy <policy>', 'what happens to patient data').choices(PHI_POLICIES))
      .option('--phi-policy-reason <reason>', 'why patient data is allowed')
      .addOption(new Option('--safety-level <level>', 'of documents that do not say their own').choices(SAFETY_LEVELS))
      .addOption(new Option('--chunking <strategy>', 'how text is cut').choices(CHUNKING_STRATEGIES))
      .option('--max-tokens <number>', 'upper bound of a chunk', toCount)
      .option('--overlap-tokens <number>', 'what a chunk repeats of the one before it', toCountFromZero)
      .option('--review-cycle <days>', 'days after which a version is looked over, or never', (value) =>
        value === 'never' ? value : toCount(value),
      )
      .addOption(
        new Option('--four-eyes <on|off>', 'whether two people have to decide the same').choices(['on', 'off']),
      )
      .addOption(
        new Option('--screen-queries <how>', "what happens to a question with a patient's identifiers").choices(
          QUERY_SCREENINGS,
        ),
      )
      .option(
        '--answer-threshold <number>',
        'relevance (0 to 1) from which on a passage counts as an answer, or default',
        (value) => (value === 'default' ? value : toShare(value)),
      )
      .addOption(new Option('--rerank <on|off>', 'whether its hits are put before the reranker').choices(['on', 'off']))
      .option('--review-due <hours>', 'hours after which a waiting review is overdue', toCount)
      .option('--retention <days>', 'days until what was deleted is erased, 0: at once', toCountFromZero)
      .action(async (name: string, options: CollectionOptions & ConnectionOptions) => {
        exitCode = await act({ client: await connect(options, env), name, options, terminal });
      });
  }

  const golden = program.command('golden').description('questions whose answers must be found');
  connectable(golden.command('add'))
    .description('declare one; the same question again changes what is expected')
    .argument('<question>')
    .requiredOption('--collection <name>', 'collection of which it is asked')
    .option('--document <id...>', 'external ids of documents, of which one holds the answer')
    .option('--page <number...>', 'pages, on one of which the passage stands', toPages)
    .option('--phrase <words>', 'words that the passage holds')
    .option('--within <rank>', 'among so many passages (default 10)', toTop)
    .addOption(new Option('--gate <gate>', 'what a lost answer does').choices(GOLDEN_GATES))
    .action(async (question: string, options: AddGoldenOptions & ConnectionOptions) => {
      exitCode = await addGoldenQuestion({ client: await connect(options, env), question, options, terminal });
    });
  connectable(golden.command('list'))
    .description('all of them, and whether their answers were found')
    .option('--collection <name>', 'of this collection only')
    .option('--lost', 'those whose answer is lost', false)
    .action(async (options: ListGoldenOptions & ConnectionOptions) => {
      exitCode = await listGoldenQuestions({ client: await connect(options, env), options, terminal });
    });
  connectable(golden.command('check'))
    .description('ask those of a collection now')
    .requiredOption('--collection <name>', 'the collection')
    .option('--no-wait', 'ask for it and leave')
    .action(async (options: { collection: string; wait: boolean } & ConnectionOptions) => {
      exitCode = await checkGoldenQuestions({ client: await connect(options, env), options, terminal });
    });
  connectable(golden.command('remove'))
    .description('remove one')
    .argument('<goldenQuestionId>')
    .action(async (goldenQuestionId: string, options: ConnectionOptions) => {
      exitCode = await removeGoldenQuestion({ client: await connect(options, env), goldenQuestionId, terminal });
    });

  const reviews = program.command('reviews').description('what is held because of suspected patient data');
  connectable(reviews.command('list'))
    .description('those that wait, the oldest first')
    .option('--collection <name>', 'of this collection only')
    .addOption(new Option('--state <state>', 'that stand so').choices(REVIEW_STATES))
    .addOption(new Option('--category <category>', 'with a finding of this kind').choices(PHI_CATEGORIES))
    .option('--overdue', 'that wait for too long')
    .option('--all', 'all of them, not only the oldest 50', false)
    .action(async (options: ListReviewsOptions & ConnectionOptions) => {
      exitCode = await listReviews({ client: await connect(options, env), options, terminal });
    });
  connectable(reviews.command('show'))
    .description('what was found, in its context; shows suspected patient data, and is put on record')
    .argument('<reviewId>')
    .action(async (reviewId: string, options: ConnectionOptions) => {
      exitCode = await showReview({ client: await connect(options, env), reviewId, terminal });
    });
  for (const [decision, words] of [
    ['approve', 'publish it as it is: what was found is no patient data'],
    ['redact', 'publish it with placeholders for what was found'],
    ['reject', 'never publish it'],
  ] as const) {
    const command = reviews.command(decision);
    if (decision === 'approve') command.requiredOption('--reason <text>', 'why it is no patient data');
    else command.option('--reason <text>', 'why');
    if (decision === 'redact') {
      command.option(
        '--finding <number...>',
        'only these, by the numbers that show gives; the others are false alarms',
        toNumbers,
      );
    }
    if (decision !== 'reject') {
      command.addOption(
        new Option('--remember <where>', 'false alarms, for the document (default) or its collection').choices(
          REMEMBER_SCOPES,
        ),
      );
    }
    connectable(command)
      .description(words)
      .argument('<reviewId...>')
      .action(async (reviewIds: string[], options: DecideOptions & ConnectionOptions) => {
        exitCode = await decideReviews({ client: await connect(options, env), reviewIds, decision, options, terminal });
      });
  }
  connectable(reviews.command('claim'))
    .description('work on a review, so that nobody else decides meanwhile')
    .argument('<reviewId>')
    .option('--minutes <number>', 'for how long (default 15); 0 gives it back', toCountFromZero)
    .action(async (reviewId: string, options: { minutes?: number } & ConnectionOptions) => {
      exitCode = await claimReview({ client: await connect(options, env), reviewId, options, terminal });
    });

  const index = program.command('index').description('vector indexes: move them to another model or store');
  connectable(index.command('status'))
    .description('which vector indexes there are, and where a move stands')
    .argument('[collection]')
    .action(async (collection: string | undefined, options: ConnectionOptions) => {
      const of = collection === undefined ? {} : { collection };
      exitCode = await showIndexes({ client: await connect(options, env), ...of, terminal });
    });
  movable(connectable(index.command('estimate')))
    .description('what a move costs: passages, tokens, time, bytes')
    .action(async (collection: string, options: TargetOptions & ConnectionOptions) => {
      exitCode = await estimateIndex({ client: await connect(options, env), collection, options, terminal });
    });
  movable(connectable(index.command('build')))
    .description('build a vector index beside the one that is searched, and compare both')
    .addOption(new Option('--policy <policy>', 'who has it searched (default: ask)').choices(MOVE_POLICIES))
    .option('--keep-days <number>', 'how long the former one stays for a way back (default 7)', toCountFromZero)
    .option('--questions <file>', 'what both are asked: a question a line, or JSON with the expected documents')
    .action(async (collection: string, options: BuildOptions & ConnectionOptions) => {
      exitCode = await buildIndex({ client: await connect(options, env), collection, options, terminal });
    });
  connectable(index.command('compare'))
    .description('how the answers of both compare, question by question')
    .argument('<collection>')
    .action(async (collection: string, options: ConnectionOptions) => {
      exitCode = await compareIndex({ client: await connect(options, env), collection, terminal });
    });
  for (const verdict of MOVE_VERDICTS) {
    connectable(index.command(verdict))
      .description(MOVE_WORDS[verdict])
      .argument('<collection>')
      .action(async (collection: string, options: ConnectionOptions) => {
        exitCode = await decideIndex({ client: await connect(options, env), collection, verdict, terminal });
      });
  }

  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong, or shown its help, already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printLine(terminal.stderr, explainError(error));
    return 1;
  }
}

function connectable(command: Command): Command {
  return command
    .option('--url <url>', 'address of the system (default: MEDINDEX_URL, or the local stack)')
    .option('--key <key>', 'API key (default: MEDINDEX_API_KEY, or the local admin key)');
}

/** Where vectors are moved to. */
function movable(command: Command): Command {
  return command
    .argument('<collection>')
    .option('--model <name>', 'an embedding model of this system (default: the one that it has)')
    .addOption(
      new Option('--store <store>', 'where vectors are kept (default: where they are)').choices(VECTOR_STORES),
    );
}

const MOVE_WORDS: Readonly<Record<MoveVerdict, string>> = {
  promote: 'have the new vector index searched',
  rollback: 'have the former vector index searched again',
  abandon: 'give a move up; the new vector index is dropped',
  finish: 'drop the former vector index before its days are over',
};

function toCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return count;
}

function toPages(value: string, before: readonly number[] = []): number[] {
  return [...before, toCount(value)];
}

function toDay(value: string): string {
  const day = calendarDay(value);
  if (day === undefined) throw new InvalidArgumentError('a day, as 2025-06-01');
  return day;
}

function toCountFromZero(value: string): number {
  return value.trim() === '0' ? 0 : toCount(value);
}

function toNumbers(value: string, before: readonly number[] = []): number[] {
  const ordinal = Number(value);
  if (!Number.isInteger(ordinal) || ordinal < 0) throw new InvalidArgumentError('the number of a finding');
  return [...before, ordinal];
}

function toShare(value: string): number {
  const share = Number(value);
  if (value.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('a number from 0 to 1');
  return share;
}

function toTop(value: string): number {
  const top = Number(value);
  if (!Number.isInteger(top) || top < 1 || top > MAX_TOP_K) {
    throw new InvalidArgumentError(`a whole number from 1 to ${MAX_TOP_K}`);
  }
  return top;
}
