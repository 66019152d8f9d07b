import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WEBHOOK_EVENT_TYPES } from '../../core/contract/webhooks.js';
import type { RescreenOptions } from '../../core/contract/rescreen-messages.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { RecordRevision } from '../../core/contract/record-revision.js';
import type { LiveVersion, Rescreened } from '../../core/ports/rescreen-catalog.js';
import { eraseLooseChunks } from '../../activities/erasing/erase-loose-chunks.js';
import { rescreenCounts } from '../../core/screening/rescreen-details.js';
import {
  acceptRun,
  type CatalogUnderTest,
  chunksOf,
  findTexts,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
  publish,
  scopeOf,
  sha256,
} from './catalog-world.js';
import { leftOf } from './erasure-world.js';

const SCREEN = { version: 7, screenedWith: 'rules+names' };
const FINDING = { category: 'ssn', start: 0, end: 3, score: 0.95, recogniser: 'ssn/label' } as const;

/** What a rescreen does with what is live, without the screening itself. */
export function rescreenCatalogContract(world: () => CatalogUnderTest): void {
  describe('rescreens', () => {
    async function begin(collection: Collection, options: Partial<RescreenOptions> = {}) {
      const { organizationId, collectionId } = collection;
      const details = { report: false, all: false, ...options };
      const { act } = await world().catalog.runs.acceptAct({
        ...{ organizationId, collectionId, kind: 'rescreen', subject: collectionId, actor: 'key-9', details },
        audit: { action: 'collection.rescreen_started', details },
      });
      return { organizationId, runId: act.runId };
    }

    const firstPage = { after: null, limit: 100 };

    /** As the activity does with a version that holds something. */
    const heldOf = ({ versionId, runId }: Pick<LiveVersion, 'versionId' | 'runId'>): Rescreened => ({
      versionId,
      outcome: 'held',
      findings: [FINDING],
      categories: ['ssn'],
      reading: { key: `held/x/${runId}/${versionId}.json`, sha256: sha256(versionId), sizeBytes: 1 },
    });

    async function countsOf({ organizationId, runId }: { organizationId: string; runId: string }) {
      const act = await world().catalog.runs.loadAct(organizationId, runId);
      if (!act) throw new Error('no such run');
      return { ...rescreenCounts(act), done: act.records.done };
    }

    async function liveDocument(collection: Collection, text = 'zinc helps', slot: string = randomUUID()) {
      const { run, version } = await ingest(world(), collection, { paragraphs: [text], slot });
      return { ...version, runId: run.runId, slot };
    }

    it('look at what is live and was not screened by the present screen, each once', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const [one, two] = [await liveDocument(collection, 'one'), await liveDocument(collection, 'two')];
      await liveDocument(await newCollection(world(), {}, collection.organizationId), 'elsewhere');
      const run = await begin(collection);
      expect(await catalog.rescreens.count(run, SCREEN)).toBe(2);
      const [first, ...others] = await catalog.rescreens.next(run, SCREEN, firstPage);
      expect([first, ...others].map((version) => version?.versionId).sort()).toEqual(
        [one.versionId, two.versionId].sort(),
      );
      expect(first).toMatchObject({
        phiStatus: 'clear',
        reading: { key: `work/${run.organizationId}/${first?.versionId}` },
      });
      const clear = [{ versionId: first?.versionId ?? '', outcome: 'clear' as const }];
      expect(await catalog.rescreens.apply(run, SCREEN, clear)).toEqual([]);
      expect(await catalog.rescreens.apply(run, SCREEN, clear)).toEqual([]);
      expect(await countsOf(run)).toMatchObject({ screened: 1, clear: 1, held: 0, done: 1 });
      expect(await catalog.rescreens.next(run, SCREEN, firstPage)).toEqual(others);
      await catalog.runs.finishAct(run.organizationId, run.runId, { state: 'completed' });

      const next = await begin(collection);
      const left = async (screen = SCREEN) => catalog.rescreens.count(next, screen);
      expect(await left()).toBe(1);
      expect(await left({ ...SCREEN, version: 8 })).toBe(2);
      expect(await left({ ...SCREEN, screenedWith: 'rules+better' })).toBe(2);
      // A weaker screen than the one that saw it says nothing new.
      expect(await left({ ...SCREEN, screenedWith: 'rules' })).toBe(1);
      await catalog.runs.finishAct(next.organizationId, next.runId, { state: 'completed' });
      const all = await begin(collection, { all: true });
      expect(await catalog.rescreens.count(all, SCREEN)).toBe(2);
      const [document] =
        (await catalog.documents.versions(scopeOf(collection), first?.documentId ?? '', { limit: 1 })) ?? [];
      expect(document).toMatchObject({ screenedWith: 'rules+names', screenVersion: 7 });
    });

    it('take what is held out of everything that is found, in one transaction that opens its review', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const bad = await liveDocument(collection, 'quindolin of Mary');
      await liveDocument(collection, 'quindolin for all');
      const epochOf = async () =>
        (await catalog.collections.byId(collection.organizationId, collection.collectionId))?.withdrawalEpoch;
      const before = await epochOf();
      const run = await begin(collection);
      const reviews = await catalog.rescreens.apply(run, SCREEN, [heldOf(bad)]);
      expect(reviews).toMatchObject([{ kind: 'review', organizationId: run.organizationId }]);
      expect(await catalog.rescreens.apply(run, SCREEN, [heldOf(bad)])).toEqual([]);

      expect(await findTexts(world(), scope, 'quindolin')).toEqual(['quindolin for all']);
      expect(await catalog.documents.liveText(scope, bad.documentId)).toBeNull();
      expect(await catalog.documents.get(scope, bad.documentId)).toMatchObject({ state: 'held', title: null });
      expect(await catalog.documents.get(scopeOf(collection, 'public'), bad.documentId)).toBeNull();
      expect(await countsOf(run)).toMatchObject({ screened: 1, held: 1, findings: { ssn: 1 }, done: 1 });
      expect(await epochOf()).toBe((before ?? 0) + 1);
      const review = await catalog.reviews.load(run.organizationId, reviews?.[0]?.runId ?? '');
      expect(review).toMatchObject({
        versionId: bad.versionId,
        wasLive: true,
        readingRunId: bad.runId,
        recorded: [{ category: 'ssn' }],
      });
      const entries = await catalog.audit.list(run.organizationId, { limit: 100 });
      expect(entries.find(({ action }) => action === 'document.held')).toMatchObject({
        actor: 'key-9',
        subject: bad.documentId,
        details: { runId: run.runId, versionId: bad.versionId, categories: 'ssn' },
      });
    });

    it('tell webhooks what they held, once', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world());
      const { organizationId } = collection;
      const webhook = { webhookId: randomUUID(), organizationId, url: 'https://hooks.example.org/medindex' };
      const all = { eventTypes: WEBHOOK_EVENT_TYPES, collections: 'all' as const };
      await catalog.webhooks.add({ ...webhook, ...all, description: '', secret: Buffer.from('sealed') }, 'admin-key');
      const bad = await liveDocument(collection, 'quindolin of Mary');
      const run = await begin(collection);
      for (let time = 1; time <= 2; time++) await catalog.rescreens.apply(run, SCREEN, [heldOf(bad)]);
      const sql = `select data from knowledge.webhook_events where organization_id = $1 and type = 'document.held'`;
      const { rows } = await pool.query<{ data: Record<string, unknown> }>(sql, [organizationId]);
      expect(rows.map(({ data }) => data)).toEqual([
        { documentId: bad.documentId, versionId: bad.versionId, runId: bad.runId, wasLive: true },
      ]);
    });

    it('leave passages whose versions are held to be erased, and nothing of the neighbours', async () => {
      const { catalog, pool, vectorIndex } = world();
      const collection = await newCollection(world());
      const bad = await liveDocument(collection, 'quindolin of Mary');
      const good = await liveDocument(collection, 'quindolin for all');
      const run = await begin(collection);
      await catalog.rescreens.apply(run, SCREEN, [heldOf(bad)]);
      const { organizationId, collectionId } = collection;
      const documentIds = [bad.documentId, good.documentId];
      const signal = new AbortController().signal;
      expect(
        await eraseLooseChunks({ catalog, vectorIndex }, { organizationId, collectionId, documentIds }, signal),
      ).toBe(1);
      expect(await leftOf(pool, collectionId)).toMatchObject({ chunks: 1, version_chunks: 1 });
      const { rows } = await pool.query('select text from knowledge.versions where version_id = $1', [bad.versionId]);
      expect(rows).toEqual([{ text: null }]);
    });

    async function holdAndApprove(
      collection: Collection,
      document: { versionId: string; documentId: string; runId: string },
    ) {
      const { catalog } = world();
      const run = await begin(collection);
      const [review] = (await catalog.rescreens.apply(run, SCREEN, [heldOf(document)])) ?? [];
      await catalog.runs.finishAct(run.organizationId, run.runId, { state: 'completed' });
      if (!review) throw new Error('no review was opened');
      await catalog.reviews.decide({
        ...{ organizationId: run.organizationId, reviewId: review.runId, verdict: 'approve', actor: 'key-2' },
        ...{ falseAlarms: [0], remember: 'document', added: 0 },
      });
    }

    it('let an approved version come back, although its number is not above what was live', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { slot, ...document } = await liveDocument(collection, 'zinc helps');
      // The same again: what is live is what was accepted last.
      const again = await acceptRun(world(), collection, { slot, bytes: JSON.stringify([['zinc helps'], undefined]) });
      expect((await openVersion(world(), again)).outcome).toBe('unchanged');
      await holdAndApprove(collection, document);
      const run = await catalog.runs.load(collection.organizationId, document.runId);
      if (!run) throw new Error('no run');
      await catalog.versions.saveChunks(run.organizationId, [
        { ...document, chunks: chunksOf(['zinc helps']), text: 'zinc helps' },
      ]);
      expect(await publish(world(), run, [document.versionId])).toEqual(['published']);
      expect(await findTexts(world(), scopeOf(collection), 'zinc')).toEqual(['zinc helps']);
      expect(await catalog.documents.get(scopeOf(collection), document.documentId)).toMatchObject({
        state: 'published',
        phiStatus: 'approved',
        screenVersion: 7,
      });
    });

    it('let a version back that was live without the pages that failed, as a person decided', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const pages = [page(1, 'native'), page(2, 'failed')];
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run, { pageCount: 2 });
      await catalog.versions.recordPages(version.versionId, pages);
      await makeVersion(world(), run, version, { paragraphs: ['zinc helps'] });
      expect(await publish(world(), run, [version.versionId])).toEqual(['needs_attention']);
      await catalog.versions.publishPartial(scopeOf(collection), version.documentId, 'key-1');
      await holdAndApprove(collection, { ...version, runId: run.runId });
      await catalog.versions.recordPages(version.versionId, pages);
      await catalog.versions.saveChunks(run.organizationId, [
        { ...version, chunks: chunksOf(['zinc helps']), text: 'zinc helps' },
      ]);
      expect(await publish(world(), run, [version.versionId])).toEqual(['published']);
      expect((await catalog.documents.get(scopeOf(collection), version.documentId))?.version).toMatchObject({
        partial: true,
      });
    });

    it('let nothing back that was accepted before, nor after a deletion or a newer version', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const slot = randomUUID();
      const late = await acceptRun(world(), collection, { slot });
      const lateVersion = await openVersion(world(), late);
      await makeVersion(world(), late, lateVersion, { paragraphs: ['older words'] });
      const document = await liveDocument(collection, 'newer words', slot);
      await holdAndApprove(collection, document);
      expect(await publish(world(), late, [lateVersion.versionId])).toEqual(['superseded']);

      const run = await catalog.runs.load(collection.organizationId, document.runId);
      if (!run) throw new Error('no run');
      const words = { chunks: chunksOf(['newer words']), text: 'newer words' };
      await catalog.versions.saveChunks(run.organizationId, [{ ...document, ...words }]);
      await catalog.documents.delete(scopeOf(collection), document.documentId, 'key-1');
      expect(await publish(world(), run, [document.versionId])).toEqual(['superseded']);

      const other = await liveDocument(collection, 'second words');
      const otherRun = await catalog.runs.load(collection.organizationId, other.runId);
      if (!otherRun) throw new Error('no run');
      await holdAndApprove(collection, other);
      await liveDocument(collection, 'third words', other.slot);
      await catalog.versions.saveChunks(run.organizationId, [{ ...other, ...words }]);
      expect(await publish(world(), otherRun, [other.versionId])).toEqual(['superseded']);
    });

    /** A record that says how new it is, on its whole way. */
    async function bring(collection: Collection, text: string, revision: RecordRevision) {
      const { catalog } = world();
      const run = await acceptRun(world(), collection);
      const item = { externalId: 'pmid:1', fingerprint: sha256(text), recordIndex: 0, pageCount: 0, revision };
      const { organizationId, runId } = run;
      const [version] = await catalog.versions.open({ organizationId, runId, items: [item] });
      if (!version) throw new Error('no version was opened');
      if (version.outcome !== 'open') return { ...version, runId, state: version.outcome };
      await makeVersion(world(), run, version, { paragraphs: [text] });
      const [state] = await publish(world(), run, [version.versionId]);
      return { ...version, runId, state };
    }

    it('let no older record take the place of what was taken out, nor withdraw it', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const early = await acceptRun(world(), collection);
      const older = { externalId: 'pmid:1', fingerprint: sha256('older'), recordIndex: 0, pageCount: 0 };
      const [open] = await catalog.versions.open({
        ...{ organizationId: early.organizationId, runId: early.runId },
        items: [{ ...older, revision: { version: 2 } }],
      });
      const taken = await bring(collection, 'second words', { version: 3 });
      expect(taken.state).toBe('published');
      const run = await begin(collection);
      await catalog.rescreens.apply(run, SCREEN, [heldOf(taken)]);

      expect((await bring(collection, 'first words', { version: 2 })).state).toBe('superseded');
      if (!open) throw new Error('no version was opened');
      await makeVersion(world(), early, open, { paragraphs: ['older words'] });
      expect(await publish(world(), early, [open.versionId])).toEqual(['superseded']);
      const late = await acceptRun(world(), collection);
      await catalog.versions.withdraw({
        ...{ organizationId: late.organizationId, runId: late.runId },
        records: [{ recordIndex: 0, externalId: 'pmid:1', cause: 'retracted', revision: { version: 2 } }],
      });
      expect(await catalog.documents.get(scope, taken.documentId)).toMatchObject({ state: 'held' });
      expect((await bring(collection, 'third words', { version: 4 })).state).toBe('published');
      expect(await findTexts(world(), scope, 'words')).toEqual(['third words']);
    });

    it('do not tell the versions before a held one once another is live', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const first = await liveDocument(collection, 'first words');
      const second = await liveDocument(collection, 'second words', first.slot);
      const told = async (number: number) => catalog.documents.versionText(scope, first.documentId, { number });
      expect(await told(1)).toMatchObject({ text: 'first words' });
      const run = await begin(collection);
      await catalog.rescreens.apply(run, SCREEN, [heldOf(second)]);
      await liveDocument(collection, 'third words', first.slot);
      expect(await told(3)).toMatchObject({ text: 'third words' });
      expect([await told(1), await told(2)]).toEqual([null, null]);
    });

    it('mark what a collection lets in, for keys that may see it', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { phiPolicy: 'allow', phiPolicyReason: 'A register.' });
      const { versionId, documentId } = await liveDocument(collection, 'zinc for Mary');
      const run = await begin(collection);
      await catalog.rescreens.apply(run, SCREEN, [
        { versionId, outcome: 'allowed', findings: [FINDING], categories: ['ssn'] },
      ]);
      expect(await countsOf(run)).toMatchObject({ screened: 1, allowed: 1, findings: { ssn: 1 } });
      expect(await findTexts(world(), scopeOf(collection), 'zinc')).toEqual([]);
      const readsPhi = { ...scopeOf(collection), readsPhi: true };
      expect(await findTexts(world(), readsPhi, 'zinc')).toEqual(['zinc for Mary']);
      expect(await catalog.documents.get(readsPhi, documentId)).toMatchObject({ phiStatus: 'contains_phi' });
      await catalog.runs.finishAct(run.organizationId, run.runId, { state: 'completed' });
      // Once the collection lets nothing in any more, it is looked at again by the same screen.
      const next = await begin(collection);
      expect(await catalog.rescreens.count(next, SCREEN)).toBe(0);
      await catalog.collections.update(
        scopeOf(collection),
        collection.name,
        { phiPolicy: 'block', phiPolicyReason: null },
        'key-1',
      );
      expect(await catalog.rescreens.count(next, SCREEN)).toBe(1);
    });

    it('count and change nothing in a report, nor once the run is over', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const bad = await liveDocument(collection, 'quindolin of Mary');
      const run = await begin(collection, { report: true });
      const suspected: Rescreened = {
        versionId: bad.versionId,
        outcome: 'suspected',
        findings: [FINDING],
        categories: ['ssn'],
      };
      expect(await catalog.rescreens.apply(run, SCREEN, [suspected])).toEqual([]);
      expect(await countsOf(run)).toMatchObject({ suspected: 1, held: 0, findings: { ssn: 1 } });
      expect(await findTexts(world(), scopeOf(collection), 'quindolin')).toHaveLength(1);
      await catalog.runs.finishAct(run.organizationId, run.runId, { state: 'cancelled' });
      expect(await catalog.rescreens.apply(run, SCREEN, [heldOf(bad)])).toBeNull();
      // What a report saw is still to be held.
      expect(await catalog.rescreens.count(await begin(collection), SCREEN)).toBe(1);
    });

    it('are told to those who may see what is held, and to who began them', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const { runId } = await begin(collection);
      expect(await runs.getAct(scopeOf(collection), runId)).toMatchObject({ kind: 'rescreen' });
      expect(await runs.getAct(scopeOf(collection, 'healthcare_provider'), runId)).toBeNull();
      expect(await runs.getAct({ ...scopeOf(collection, 'public'), actor: 'key-9' }, runId)).not.toBeNull();
    });
  });
}
