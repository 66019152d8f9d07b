import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { SAFETY_LEVELS } from '../../core/contract/states.js';
import { MedindexClient } from '../client/client.js';
import type { CurrentKey } from '../schemas/key.js';
import { Outbox } from './sending/outbox.js';
import { sendFile } from './sending/send-file.js';
import { UnsentFiles } from './sending/unsent-files.js';

/** Who is signed in. */
export interface Session {
  readonly client: MedindexClient;
  /** For uploads that report their progress, which the client's `fetch` cannot. */
  readonly apiKey: string;
  readonly key: CurrentKey;
  /** Files on their way. */
  readonly outbox: Outbox;
}

/**
 * The key lives in memory, and in this tab's own storage if its user wishes so (a reload would ask for it again): never in an
 * address, and never where another tab could read it.
 */
const KEPT = 'medindex.key';

export function keptKey(): string | null {
  return sessionStorage.getItem(KEPT);
}

/** Errors: `ApiRefusal` of a key that is not accepted, `ApiUnreachable`. */
export async function signIn(apiKey: string, keep: boolean): Promise<Session> {
  const client = new MedindexClient({ url: location.origin, apiKey });
  const key = await client.currentKey();
  if (keep) sessionStorage.setItem(KEPT, apiKey);
  const outbox = new Outbox({
    sender: { client, apiKey },
    send: sendFile,
    unsent: new UnsentFiles(sessionStorage),
  });
  return { client, apiKey, key, outbox };
}

/** Forgets the key and what this tab remembers of uploads. */
export function forget(): void {
  sessionStorage.clear();
}

export function may(session: Session, scope: CurrentKey['scopes'][number]): boolean {
  return session.key.scopes.includes('admin') || session.key.scopes.includes(scope);
}

/** Of all that the organization has; some calls are for no other key (`ACCESS_RESTRICTED`). */
export function isWhole({ key }: Session): boolean {
  return key.collections === null && key.safetyLevel === SAFETY_LEVELS.at(-1);
}

/** Who may manage keys, webhooks and vector indexes. */
export function isWholeAdmin(session: Session): boolean {
  return session.key.scopes.includes('admin') && isWhole(session);
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('a view was shown without a session');
  return session;
}
