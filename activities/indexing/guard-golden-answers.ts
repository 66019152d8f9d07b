import type { CollectionId, OrganizationId, VersionId } from '../../core/contract/ids.js';
import type { GoldenQuestion, GuardedDocument } from '../../core/ports/golden-question-catalog.js';
import { canGuard, holdsAnswer, losesAnswer, type VersionPassage } from '../../core/publishing/judge-golden-gate.js';
import { isExpectedDocument } from '../../core/retrieval/golden-question.js';
import { openGoldenTexts } from '../../core/retrieval/golden-texts.js';
import type { PublishingDependencies } from '../dependencies.js';

interface Publication {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly versionIds: readonly VersionId[];
}

const PAGE = 200;

/**
 * Versions that must not take the place of what is live, as a golden question with the gate `block` would lose its answer: the
 * expected words stand, on an expected page, in the live version of an expected document, not in the new one, and in no other
 * expected document that is live. Which version holds back which question is written down.
 */
export async function versionsThatLoseAnswers(
  { catalog, goldenTexts }: PublishingDependencies,
  { organizationId, collectionId, versionIds }: Publication,
): Promise<Set<VersionId>> {
  const losing = new Set<VersionId>();
  const guards = await guardsOf({ catalog, goldenTexts }, organizationId, collectionId);
  if (guards.length === 0) return losing;
  const replaced = (await catalog.goldenQuestions.replacements(organizationId, versionIds)).filter(
    ({ liveVersionId }) => liveVersionId !== null,
  );
  const read = new Map<VersionId, Promise<VersionPassage[]>>();
  const passagesOf = (versionId: VersionId): Promise<VersionPassage[]> => {
    const known = read.get(versionId) ?? catalog.goldenQuestions.passages(organizationId, versionId);
    read.set(versionId, known);
    return known;
  };
  for (const { golden, phrase } of guards) {
    const expectation = { pages: golden.pages, phrase };
    for (const { versionId, liveVersionId, ...document } of replaced.filter((one) => isExpectedDocument(golden, one))) {
      if (liveVersionId === null || liveVersionId === versionId) continue;
      const [before, after] = await Promise.all([passagesOf(liveVersionId), passagesOf(versionId)]);
      const loses =
        losesAnswer({ expectation, before, after }) && !(await othersHold(golden, document.documentId, expectation));
      if (loses) losing.add(versionId);
      await catalog.goldenQuestions.recordGate(golden, loses ? { versionId, runId: document.runId } : null);
    }
  }
  return losing;

  async function othersHold(
    golden: GoldenQuestion,
    documentId: string,
    expectation: Parameters<typeof holdsAnswer>[1],
  ): Promise<boolean> {
    const live: readonly GuardedDocument[] = await catalog.goldenQuestions.liveVersions(golden);
    for (const other of live) {
      if (other.documentId !== documentId && holdsAnswer(await passagesOf(other.liveVersionId), expectation))
        return true;
    }
    return false;
  }
}

/** The questions that hold publications of a collection back, with their phrases. */
async function guardsOf(
  { catalog, goldenTexts }: PublishingDependencies,
  organizationId: OrganizationId,
  collectionId: CollectionId,
): Promise<{ golden: GoldenQuestion; phrase: string | null }[]> {
  const guards: { golden: GoldenQuestion; phrase: string | null }[] = [];
  for (let after = 0; ;) {
    const page = { after, limit: PAGE, gate: 'block' as const };
    const { questions } = await catalog.goldenQuestions.toCheck(organizationId, collectionId, page);
    for (const golden of questions) {
      const { phrase } = openGoldenTexts(goldenTexts, golden);
      if (golden.documents.length > 0 && canGuard({ pages: golden.pages, phrase })) guards.push({ golden, phrase });
    }
    const last = questions.at(-1);
    if (!last || questions.length < PAGE) return guards;
    after = last.number;
  }
}
