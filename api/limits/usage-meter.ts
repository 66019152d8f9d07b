import type { RequestClass } from '../../core/contract/plans.js';
import type { KeyUsage, UsageCatalog } from '../../core/ports/usage-catalog.js';
import { BackgroundWriter } from '../background-writer.js';

/** Counts are written so often; a quota may be overshot by what all processes let pass in this time. */
const WRITE_MS = 2_000;

interface Metered {
  readonly organizationId: string;
  readonly keyId: string;
  readonly month: string;
  /** Of the month, all processes, as of the last write; `null`: not known yet. */
  known: number | null;
  readonly unwritten: Map<RequestClass, number>;
}

export function monthOf(date: Date): string {
  return `${date.toISOString().slice(0, 7)}-01`;
}

/** Requests of each key in this month: counted in memory, added up in the database. */
export class UsageMeter extends BackgroundWriter {
  readonly #metered = new Map<string, Metered>();

  constructor(private readonly usage: Pick<UsageCatalog, 'add'>) {
    super(WRITE_MS);
  }

  /** Counts one request, and gives how many there were in this month before, as far as is known. */
  count(
    key: { readonly organizationId: string; readonly keyId: string },
    name: RequestClass,
    now = new Date(),
  ): number {
    const month = monthOf(now);
    const id = `${key.keyId} ${month}`;
    const metered: Metered = this.#metered.get(id) ?? { ...key, month, known: null, unwritten: new Map() };
    this.#metered.set(id, metered);
    const before = (metered.known ?? 0) + sum(metered.unwritten.values());
    metered.unwritten.set(name, (metered.unwritten.get(name) ?? 0) + 1);
    // A key that was not seen before may have used its month up elsewhere.
    if (metered.known === null) void this.write();
    return before;
  }

  /** What cannot be written is kept and tried again. */
  protected override async writeNow(): Promise<void> {
    const counted = [...this.#metered.values()].filter(({ unwritten }) => unwritten.size > 0);
    const organizations = new Set(counted.map(({ organizationId }) => organizationId));
    for (const organizationId of organizations) {
      await this.#writeFor(counted.filter((metered) => metered.organizationId === organizationId));
    }
    // Former months are over.
    const month = monthOf(new Date());
    for (const [id, metered] of this.#metered) {
      if (metered.month !== month && metered.unwritten.size === 0) this.#metered.delete(id);
    }
  }

  /** Of one organization: they are added all or none. */
  async #writeFor(counted: readonly Metered[]): Promise<void> {
    const taken = counted.map((metered) => {
      const { organizationId, keyId, month, unwritten } = metered;
      const byClass = Object.fromEntries(unwritten) as KeyUsage['byClass'];
      // While it is being written it counts as known.
      metered.known = (metered.known ?? 0) + sum(unwritten.values());
      unwritten.clear();
      return { metered, usage: { organizationId, keyId, month, byClass } };
    });
    try {
      const totals = await this.usage.add(taken.map(({ usage }) => usage));
      taken.forEach(({ metered }, index) => {
        metered.known = sum(Object.values(totals[index]?.byClass ?? {}));
      });
    } catch {
      for (const { metered, usage } of taken) {
        metered.known = (metered.known ?? 0) - sum(Object.values(usage.byClass));
        for (const [name, requests] of Object.entries(usage.byClass) as [RequestClass, number][]) {
          metered.unwritten.set(name, (metered.unwritten.get(name) ?? 0) + requests);
        }
      }
    }
  }
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
