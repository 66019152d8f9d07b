import type { DocumentId } from '../../../core/contract/ids.js';
import type { RunRef } from '../../../core/contract/ingest-messages.js';
import type { Screen } from '../../../core/contract/rescreen-messages.js';
import type { LiveVersion, RescreenCatalog, Rescreened } from '../../../core/ports/rescreen-catalog.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import type { Database } from '../database.js';
import { applyRescreened } from './apply-rescreened.js';
import { countLiveVersions, nextLiveVersions } from './live-versions.js';

export class PgRescreenCatalog implements RescreenCatalog {
  constructor(private readonly database: Database) {}

  count(run: RunRef, screen: Screen): Promise<number> {
    return countLiveVersions(this.database.forOrganization(run.organizationId), run, screen);
  }

  next(run: RunRef, screen: Screen, page: { after: DocumentId | null; limit: number }): Promise<LiveVersion[]> {
    return nextLiveVersions(this.database.forOrganization(run.organizationId), run, screen, page);
  }

  apply(run: RunRef, screen: Screen, rescreened: readonly Rescreened[]): Promise<StartableRun[] | null> {
    return applyRescreened(this.database.forOrganization(run.organizationId), run, screen, rescreened);
  }
}
