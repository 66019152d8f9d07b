import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

const SERVER_TYPES = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const;

/** gRPC's ALREADY_EXISTS: another process registered in the meantime. */
const ALREADY_EXISTS = 6;

/**
 * Makes the server know our search attributes; nothing happens when it does already.
 * Errors: an attribute that is there with another type; a server that does not let this client register (Temporal
 * Cloud): the message lists what to register by hand.
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (Object.keys(missing).length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  } catch (error) {
    if ((error as { code?: unknown }).code !== ALREADY_EXISTS) {
      const list = Object.keys(missing).map((name) => `${name}=${typeName(name)}`);
      throw new Error(
        `Temporal did not let medindex register its search attributes in namespace ${namespace}. ` +
          `Register them by hand (tcld, or temporal operator search-attribute create): ${list.join(', ')}`,
        { cause: error },
      );
    }
  }
  const still = Object.keys(await missingAttributes(connection, namespace));
  if (still.length > 0) throw new Error(`Temporal does not know these search attributes yet: ${still.join(', ')}`);
}

async function missingAttributes(connection: Connection, namespace: string): Promise<Record<string, number>> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTE_TYPES)) {
    const known = customAttributes[name];
    if (known === undefined) missing[name] = SERVER_TYPES[type];
    else if (known !== SERVER_TYPES[type]) {
      throw new Error(
        `Temporal has the search attribute ${name} with another type than ${type}. Remove it there first.`,
      );
    }
  }
  return missing;
}

function typeName(name: string): string {
  const type = Object.entries(SEARCH_ATTRIBUTE_TYPES).find(([attribute]) => attribute === name)?.[1];
  return type === 'INT' ? 'Int' : 'Keyword';
}
