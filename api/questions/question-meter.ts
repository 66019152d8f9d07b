import { LRUCache } from 'lru-cache';
import type { AnsweringMode } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { QuestionCount, UnansweredQuestion } from '../../core/ports/question-catalog.js';
import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import { BackgroundWriter } from '../background-writer.js';
import { narrowScope } from '../auth/collection-scope.js';
import { namesPatient } from '../search/screen-query.js';

/** How a search was answered. */
export interface AnsweredQuestion {
  readonly requestId: string;
  readonly scope: AccessScope;
  /** As the request names them. */
  readonly collections: readonly string[] | undefined;
  readonly text: string;
  readonly mode: AnsweringMode;
  readonly answerable: boolean | null;
}

/** Counts are written so often; a process that is killed loses as much. */
const WRITE_MS = 5_000;
/** Unanswered questions that wait to be looked at; under a flood of them the others go uncounted among the themes. */
const MAX_PENDING = 200;
/** Requests of which feedback finds the mode. */
const MAX_REMEMBERED = 20_000;

interface Pending {
  readonly scope: AccessScope;
  readonly collections: readonly string[] | undefined;
  readonly question: UnansweredQuestion;
}

/** Questions of this process: counted in memory, added up in the database in the background. No search waits for it. */
export class QuestionMeter extends BackgroundWriter {
  readonly #counts = new Map<string, { organizationId: string; count: QuestionCount }>();
  readonly #pending: Pending[] = [];
  readonly #modes = new LRUCache<string, AnsweringMode>({ max: MAX_REMEMBERED });

  constructor(
    private readonly catalog: Pick<Catalog, 'collections' | 'questions'>,
    private readonly texts: SealedTexts,
  ) {
    super(WRITE_MS);
  }

  /** `null`: this process did not answer it, or long ago. */
  modeOf(requestId: string): AnsweringMode | null {
    return this.#modes.get(requestId) ?? null;
  }

  count({ requestId, scope, collections, text, mode, answerable }: AnsweredQuestion): void {
    this.#modes.set(requestId, mode);
    const { organizationId } = scope;
    const day = new Date().toISOString().slice(0, 10);
    const collection = onlyOne(collections) ?? (scope.collections === 'all' ? null : onlyOne(scope.collections));
    const key = [organizationId, collection, day, mode].join(' ');
    const { asked, answerable: answered, unanswered } = this.#counts.get(key)?.count ?? NOTHING;
    const count = {
      collection,
      day,
      mode,
      asked: asked + 1,
      answerable: answered + (answerable === true ? 1 : 0),
      unanswered: unanswered + (answerable === false ? 1 : 0),
    };
    this.#counts.set(key, { organizationId, count });
    if (answerable !== false || this.#pending.length >= MAX_PENDING) return;
    const question = { questionHash: this.texts.hash(organizationId, text), day, text };
    this.#pending.push({ scope, collections, question });
  }

  /** What cannot be written is kept and tried again; questions are dropped. */
  protected override async writeNow(): Promise<void> {
    const taken = [...this.#counts.values()];
    this.#counts.clear();
    for (const organizationId of new Set(taken.map((one) => one.organizationId))) {
      const counts = taken.filter((one) => one.organizationId === organizationId).map(({ count }) => count);
      try {
        await this.catalog.questions.addCounts(organizationId, counts);
      } catch {
        for (const count of counts) this.#putBack(organizationId, count);
      }
    }
    for (const { scope, collections, question } of this.#pending.splice(0)) {
      if (namesPatient(question.text)) continue;
      try {
        const narrowed = await narrowScope(this.catalog.collections, scope, collections);
        await this.catalog.questions.addUnanswered(narrowed, [question]);
      } catch {
        // A theme is a matter of many questions: one that is missing says nothing.
      }
    }
  }

  #putBack(organizationId: string, before: QuestionCount): void {
    const key = [organizationId, before.collection, before.day, before.mode].join(' ');
    const { asked, answerable, unanswered } = this.#counts.get(key)?.count ?? NOTHING;
    const count = {
      ...before,
      asked: before.asked + asked,
      answerable: before.answerable + answerable,
      unanswered: before.unanswered + unanswered,
    };
    this.#counts.set(key, { organizationId, count });
  }
}

const NOTHING = { asked: 0, answerable: 0, unanswered: 0 } as const;

function onlyOne(names: readonly string[] | undefined): string | null {
  const distinct = new Set(names);
  const [first] = distinct;
  return distinct.size === 1 && first !== undefined ? first : null;
}
