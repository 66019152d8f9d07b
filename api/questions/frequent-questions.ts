import type { OrganizationId } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { AskedQuestion } from '../../core/ports/frequent-question-catalog.js';
import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import { BackgroundWriter } from '../background-writer.js';
import { narrowScope } from '../auth/collection-scope.js';
import type { SearchRequest } from '../schemas/search.js';
import { namesPatient } from '../search/screen-query.js';
import { sealSearch } from './asked-search.js';

/** A process that is killed loses as much. */
const WRITE_MS = 5_000;
/** Different questions between two writes; hashing and sealing them takes some 50 ms. Beyond, those that are new go uncounted. */
const MOST_AT_ONCE = 1_000;

interface Counted {
  readonly scope: AccessScope;
  readonly asked: SearchRequest;
  times: number;
}

/**
 * Counts how often each question is asked whose answer is kept: in memory, added up in the database in the background. What lies
 * there is a keyed hash, and the words, sealed, of what is asked often.
 */
export class FrequentQuestions extends BackgroundWriter {
  readonly #counted = new Map<string, Counted>();

  constructor(
    private readonly catalog: Pick<Catalog, 'collections' | 'frequentQuestions'>,
    private readonly texts: SealedTexts,
  ) {
    super(WRITE_MS);
  }

  /** `kept`: see `AnsweredSearch`. */
  count(kept: string | null, scope: AccessScope, asked: SearchRequest): void {
    if (kept === null) return;
    const known = this.#counted.get(kept);
    if (known) known.times++;
    else if (this.#counted.size < MOST_AT_ONCE) this.#counted.set(kept, { scope, asked, times: 1 });
  }

  /** What cannot be written is dropped: a question that is asked often is asked again. */
  protected override async writeNow(): Promise<void> {
    const taken = [...this.#counted.values()];
    this.#counted.clear();
    const byOrganization = new Map<OrganizationId, AskedQuestion[]>();
    for (const counted of taken) {
      const question = await this.#toQuestion(counted).catch(() => null);
      if (!question) continue;
      const { organizationId } = counted.scope;
      const others = byOrganization.get(organizationId);
      if (others) others.push(question);
      else byOrganization.set(organizationId, [question]);
    }
    for (const [organizationId, questions] of byOrganization) {
      await this.catalog.frequentQuestions.add(organizationId, merged(questions)).catch(() => undefined);
    }
  }

  /** `null`: nothing of it may be kept. */
  async #toQuestion({ scope, asked, times }: Counted): Promise<AskedQuestion | null> {
    if (namesPatient(asked.query)) return null;
    const { collections } = await narrowScope(this.catalog.collections, scope, asked.collections);
    return { ...sealSearch(this.texts, { scope, asked }), asked: times, collections };
  }
}

/** One row is written once: over midnight a question counts for two days. */
function merged(questions: readonly AskedQuestion[]): AskedQuestion[] {
  const byHash = new Map<string, AskedQuestion>();
  for (const question of questions) {
    const before = byHash.get(question.questionHash)?.asked ?? 0;
    byHash.set(question.questionHash, { ...question, asked: question.asked + before });
  }
  return [...byHash.values()];
}
